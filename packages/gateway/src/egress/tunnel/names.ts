// Resolves names for those who may not. INVARIANT: whoever asks for names nobody answers holds up neither the others nor the
// daemon: the system has few threads for this, and its files need them too.
import { lookup as systemLookup } from 'node:dns';
import { WebFault } from '../fault.ts';

export type Lookup = (
  hostname: string,
  answer: (error: Error | null, addresses: readonly { readonly address: string }[]) => void,
) => void;

const AT_ONCE = 2;
const MOST_WAITING = 512;
const ANSWERS_WITHIN_MS = 10_000;

const bySystem: Lookup = (hostname, answer) =>
  systemLookup(hostname, { all: true }, (error, found) => answer(error, error === null ? found : []));

interface Clock {
  after(ms: number, action: () => void): () => void;
}

export class Names {
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  /** Asked for now, by name: shared, and forgotten with the answer, so that no answer outlives the question. */
  readonly #asked = new Map<string, Promise<readonly string[]>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(clock: Clock, lookup: Lookup = bySystem) {
    this.#clock = clock;
    this.#lookup = lookup;
  }

  /** Every address of a name. Rejects with what the resolver says, or when it says nothing. */
  addresses(host: string): Promise<readonly string[]> {
    const known = this.#asked.get(host);
    if (known !== undefined) return known;
    if (this.#waiting.length >= MOST_WAITING)
      return Promise.reject(new WebFault('too many names are being looked up; try again'));
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    this.#asked.set(host, promise);
    const forget = (): void => void this.#asked.delete(host);
    promise.then(forget, forget);
    const stop = this.#clock.after(ANSWERS_WITHIN_MS, () =>
      reject(new WebFault(`the host ${host} cannot be found: no answer within ${ANSWERS_WITHIN_MS / 1000} s`)),
    );
    this.#run((done) =>
      this.#lookup(host, (error, found) => {
        stop();
        done();
        if (error === null) resolve(found.map(({ address }) => address));
        else reject(error);
      }),
    );
    return promise;
  }

  /** What never comes back keeps its place: it keeps its thread as well. */
  #run(action: (done: () => void) => void): void {
    const begin = (): void => {
      this.#running += 1;
      action(() => {
        this.#running -= 1;
        this.#waiting.shift()?.();
      });
    };
    if (this.#running < AT_ONCE) begin();
    else this.#waiting.push(begin);
  }
}
