// What is drawn part by part, what fits on the screen first: a slow phone answers between one part
// and the next. To be made while a screen is set up.
export class Parts {
  drawn = $state(1);

  // `all`: how many there are now.
  constructor(private readonly all: () => number) {
    $effect(() => {
      if (this.isWhole) return;
      const timer = setTimeout(() => (this.drawn += 1));
      return () => clearTimeout(timer);
    });
  }

  get isWhole(): boolean {
    return this.drawn >= this.all();
  }
}

// The rows of a list: so many at a time.
const PART = 6;
export class Rows<T> extends Parts {
  constructor(private readonly rows: () => T[] | undefined) {
    super(() => Math.ceil((rows()?.length ?? 0) / PART));
  }

  get shown(): T[] {
    return (this.rows() ?? []).slice(0, this.drawn * PART);
  }
}
