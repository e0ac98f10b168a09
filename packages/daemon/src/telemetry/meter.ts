// What is counted and timed, in memory. RULE: what a metric is told apart by is ours (a verdict, a route, a kind), never a word of an
// agent's; and even then it has so many series and no more: what comes after them is `other`.

export interface Sample {
  /** In the order of the family's label names. */
  readonly labels: readonly string[];
  readonly value: number;
}

export interface Distribution {
  /** Upper bounds, ascending; what is above the last is in none of them. */
  readonly bounds: readonly number[];
  /** How many in each, and above the last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly labels: readonly string[];
  readonly value:
    | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
    | { readonly type: 'histogram'; readonly distribution: Distribution };
}

interface Described {
  readonly name: string;
  readonly help: string;
}

/** More than any closed set of ours multiplied with another. */
const MOST_SERIES = 1_000;
const OTHER = 'other';

export class Counter {
  readonly #about: Described & { readonly labels: readonly string[] };
  /** By the first word, then by the second: no key is put together for each call. */
  readonly #series = new Map<string, Map<string, { count: number }>>();
  #size = 0;

  constructor(name: string, help: string, labels: readonly string[] = []) {
    this.#about = { name, help, labels };
  }

  /** One more of these; two words at most tell it apart. */
  add(first = '', second = ''): void {
    const known = this.#series.get(first)?.get(second);
    if (known !== undefined) known.count += 1;
    else this.#begin(first, second);
  }

  #begin(first: string, second: string): void {
    const { labels } = this.#about;
    const room = this.#size < MOST_SERIES;
    const at = room ? first : OTHER;
    const below = this.#series.get(at) ?? new Map<string, { count: number }>();
    this.#series.set(at, below);
    const then = room || labels.length < 2 ? second : OTHER;
    const known = below.get(then);
    if (known !== undefined) known.count += 1;
    else {
      below.set(then, { count: 1 });
      this.#size += 1;
    }
  }

  family(): Family {
    const { name, help, labels } = this.#about;
    const samples = [...this.#series].flatMap(([first, below]) =>
      [...below].map(([second, { count }]) => ({ labels: [first, second].slice(0, labels.length), value: count })),
    );
    const none = labels.length === 0 && samples.length === 0;
    return {
      name,
      help,
      unit: '1',
      labels,
      value: { type: 'counter', samples: none ? [{ labels: [], value: 0 }] : samples },
    };
  }
}

export class Histogram {
  readonly #about: Described;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds in seconds, ascending. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#about = { name, help };
    this.#bounds = bounds;
    this.#counts = [...bounds, 0].map(() => 0);
  }

  /** @param ms milliseconds; what is no time counts as none. */
  observe(ms: number): void {
    const seconds = ms > 0 ? ms / 1000 : 0;
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += seconds;
  }

  family(): Family {
    const distribution = { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
    return { ...this.#about, unit: 's', labels: [], value: { type: 'histogram', distribution } };
  }
}

/** A value that is read when somebody asks. */
export const gauge = (name: string, help: string, unit: string, value: number): Family => ({
  ...{ name, help, unit, labels: [] },
  value: { type: 'gauge', samples: [{ labels: [], value }] },
});
