// What a screen fetched: the data, that it is on its way, or what went wrong; and pages of a list.
import { Problem } from './api/client';

function asProblem(trouble: unknown): Problem {
  if (trouble instanceof Problem) return trouble;
  console.error(trouble);
  return new Problem(0, 'failed', String(trouble), '');
}

export class Loader<T> {
  data = $state<T | undefined>(undefined);
  trouble = $state<Problem | null>(null);
  isLoading = $state(false);
  private turn = 0;

  constructor(private readonly fetcher: () => Promise<T>) {}

  // The last one asked for counts, whichever arrives last.
  async load(): Promise<void> {
    const turn = ++this.turn;
    this.isLoading = true;
    try {
      const data = await this.fetcher();
      if (turn !== this.turn) return;
      this.data = data;
      this.trouble = null;
    } catch (trouble) {
      if (turn === this.turn) this.trouble = asProblem(trouble);
    } finally {
      if (turn === this.turn) this.isLoading = false;
    }
  }
}

export interface Page<T> {
  items: T[];
  next: number | string | null;
}

export class Pages<T> {
  items = $state<T[] | undefined>(undefined);
  next = $state<number | string | null>(null);
  trouble = $state<Problem | null>(null);
  isLoading = $state(false);
  private turn = 0;

  constructor(private readonly fetcher: (after?: number | string) => Promise<Page<T>>) {}

  load(): Promise<void> {
    return this.take(undefined);
  }

  more(): Promise<void> {
    return this.next === null || this.isLoading ? Promise.resolve() : this.take(this.next);
  }

  private async take(after: number | string | undefined): Promise<void> {
    const turn = ++this.turn;
    this.isLoading = true;
    try {
      const page = await this.fetcher(after);
      if (turn !== this.turn) return;
      this.items = after === undefined ? page.items : [...(this.items ?? []), ...page.items];
      this.next = page.next;
      this.trouble = null;
    } catch (trouble) {
      if (turn === this.turn) this.trouble = asProblem(trouble);
    } finally {
      if (turn === this.turn) this.isLoading = false;
    }
  }
}
