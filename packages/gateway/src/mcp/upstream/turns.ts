// Whose turn it is at one server: so many requests at a time, a bounded number behind them, first come first served.

export class Turns {
  readonly #atATime: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atATime: number, mostWaiting: number) {
    this.#atATime = atATime;
    this.#mostWaiting = mostWaiting;
  }

  get running(): number {
    return this.#running + this.#waiting.length;
  }

  /** @returns what gives the turn back; null where too many wait; `gone` where `signal` was aborted while it waited. */
  async take(signal: AbortSignal | undefined): Promise<(() => void) | null | 'gone'> {
    if (this.#running >= this.#atATime) {
      if (this.#waiting.length >= this.#mostWaiting) return null;
      const turn = await this.#wait(signal);
      if (!turn) return 'gone';
    } else this.#running += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#running -= 1;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const go = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve(true);
    };
    const leave = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(go), 1);
      resolve(false);
    };
    this.#waiting.push(go);
    signal?.addEventListener('abort', leave, { once: true });
    return promise;
  }
}
