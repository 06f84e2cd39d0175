// What a screen fetched: the data, that it is on its way, or what went wrong; and pages of a list.
// What came is shown as it is and replaced as a whole: nothing in it is watched for changes, which
// would cost more than drawing it.
import { asProblem, type Problem } from './api/client';

// One question to the box. `load` asks a new one, and makes void what is still on its way. `refresh`
// asks the same again and lets the one on its way arrive first: on a slow link nothing would ever.
class Question {
  trouble = $state.raw<Problem | null>(null);
  isLoading = $state(false); // asked for by a person
  private turn = 0;
  protected running: Promise<void> | null = null;

  // `work` fetches and says how to keep what came; `failed` what to do where nothing did.
  protected ask(work: () => Promise<() => void>, failed = () => {}): Promise<void> {
    const turn = ++this.turn;
    const attempt = async () => {
      try {
        const keep = await work();
        if (turn !== this.turn) return;
        keep();
        this.trouble = null;
      } catch (trouble) {
        if (turn !== this.turn) return;
        failed();
        this.trouble = asProblem(trouble);
      }
    };
    const running = attempt().finally(() => {
      if (this.running !== running) return;
      this.running = null;
      this.isLoading = false;
    });
    this.running = running;
    return running;
  }
}

export class Loader<T> extends Question {
  data = $state.raw<T | undefined>(undefined);

  constructor(private readonly fetcher: () => Promise<T>) {
    super();
  }

  load(): Promise<void> {
    this.isLoading = true;
    // The former answer is none to this question.
    return this.ask(() => this.fetch(), () => (this.data = undefined));
  }

  async refresh(): Promise<void> {
    while (this.running) await this.running;
    // What is not there does not come with the news.
    if (this.trouble?.code === 'not_found') return;
    return this.ask(() => this.fetch());
  }

  private async fetch() {
    const data = await this.fetcher();
    return () => void (this.data = data);
  }
}

export interface Page<T> {
  items: T[];
  next: number | string | null;
}

type Fetcher<T> = (after?: number | string) => Promise<Page<T>>;

/** Page after page, until there are `wanted` rows or no more. */
export async function rowsOf<T>(fetcher: Fetcher<T>, wanted = Infinity): Promise<Page<T>> {
  const items: T[] = [];
  let next: number | string | null = null;
  do {
    const page: Page<T> = await fetcher(next ?? undefined);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < wanted);
  return { items, next };
}

export class Pages<T> extends Question {
  items = $state.raw<T[] | undefined>(undefined);
  next = $state<number | string | null>(null);

  constructor(private readonly fetcher: Fetcher<T>) {
    super();
  }

  load(): Promise<void> {
    this.isLoading = true;
    return this.ask(() => this.fetch(1), () => {
      this.items = undefined;
      this.next = null;
    });
  }

  // As many rows as are shown: who reads the third page stays there.
  async refresh(): Promise<void> {
    while (this.running) await this.running;
    return this.ask(() => this.fetch(this.items?.length ?? 1));
  }

  async more(): Promise<void> {
    if (this.next === null || this.isLoading) return;
    while (this.running) await this.running;
    const after = this.next;
    if (after === null) return;
    this.isLoading = true;
    return this.ask(async () => {
      const page = await this.fetcher(after);
      return () => this.keep([...(this.items ?? []), ...page.items], page.next);
    });
  }

  private async fetch(wanted: number) {
    const { items, next } = await rowsOf(this.fetcher, wanted);
    return () => this.keep(items, next);
  }

  private keep(items: T[], next: number | string | null): void {
    this.items = items;
    this.next = next;
  }
}
