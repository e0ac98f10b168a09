// One collector: records go to it in their order, as they are written. INVARIANT: at least once: its place moves on only behind
// what it took or what was set aside, told and counted. Nothing waits for it: what it has not taken stands in the ledger, and
// no more than one batch of it in memory.
import type { ForwardView, Instant, LedgerRecord } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Records } from '../../records/index.ts';
import type { Shown } from '../export/shown.ts';
import { type Select, walk } from '../export/walk.ts';
import type { Form } from '../forms/forms.ts';
import { type Entry, type Failure, sendAll } from './batch.ts';
import { type Deliver, FORWARD_USER } from './deliver.ts';
import { harmlessEvidence } from './harmless.ts';
import { keepPlace, MOST_ASIDE, type Place, type PlaceStore } from './place.ts';

const LOOK_MS = 1000;
const MOST_ENTRIES = 500;
const MOST_CHARS = 524_288;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** However long a collector asks us to wait. */
const LONGEST_ASKED_MS = 600_000;
/** Once may be a restart of theirs; a third time in a row is told. */
const RINGS_AT = 3;

export interface ForwarderFrom {
  readonly records: Pick<Records, 'read' | 'query' | 'record' | 'size'>;
  readonly clock: Clock;
  readonly store: PlaceStore;
  readonly shown: Shown;
  readonly form: Form;
  readonly deliver: Deliver;
  readonly select: Select | null;
  /** Whether it is failing, and whether something was set aside. */
  readonly troubled: (what: 'failing' | 'aside', is: boolean, text: string) => void;
}

export interface ForwarderIs {
  readonly name: string;
  readonly to: string;
  readonly as: ForwardView['as'];
  readonly query: string;
}

/** What is recorded because something was forwarded: alone it is no reason to forward again, or it would never end. */
const isEcho = (record: LedgerRecord): boolean =>
  (record.kind === 'secret' && record.change === 'used' && record.by === `module:${FORWARD_USER}`) ||
  (record.kind === 'export' && record.by.startsWith('forward:'));

interface Batch {
  readonly entries: readonly Entry[];
  /** Everything before this was looked at. */
  readonly to: number;
  readonly isEcho: boolean;
}

export class Forwarder implements AsyncDisposable {
  readonly #is: ForwarderIs;
  readonly #from: ForwarderFrom;
  #place: Place;
  #sent = 0;
  #lastSentAt: number | null = null;
  #fault: ForwardView['fault'] = null;
  #failures = 0;
  #stopped = false;
  /** What is left to send is only what sending made. */
  #rests = false;
  #cancel: () => void;
  #running: Promise<void> = Promise.resolve();
  /** When the first record it has not had was written; 0: not looked yet. */
  #waitsSince: Instant = 0;

  constructor(is: ForwarderIs, from: ForwarderFrom, place: Place) {
    this.#is = is;
    this.#from = from;
    this.#place = place;
    this.#cancel = from.clock.after(0, () => this.#begin());
  }

  get view(): ForwardView {
    const behind = Math.max(0, this.#from.records.size - this.#place.next);
    const { setAside, aside, next } = this.#place;
    return {
      ...this.#is,
      state: this.#fault !== null ? 'failing' : behind === 0 || this.#rests ? 'current' : 'sending',
      sentUntil: next,
      behind,
      sent: this.#sent,
      lastSentAt: this.#lastSentAt,
      setAside,
      latestAside: [...aside],
      fault: this.#fault,
    };
  }

  /** Since when records wait for it; null: none do. */
  get waitsSince(): Instant | null {
    return this.#rests || this.#place.next >= this.#from.records.size ? null : this.#waitsSince;
  }

  /** Sends what any collector takes. Null: it did. */
  async test(): Promise<string | null> {
    const { clock, shown, form, deliver, troubled } = this.#from;
    const items = shown.items(form, harmlessEvidence(clock.now(), 'a test of this forward'), null);
    const answer = await deliver(form.message(items));
    if (answer.kind !== 'sent') return answer.text;
    // A person looked: what was set aside before stays counted, and rings no more.
    troubled('aside', false, '');
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  #begin(): void {
    this.#running = this.#turn().catch((error: unknown) => {
      // The machine failed, or a bug: told, and tried again.
      this.#failed({ kind: 'failed', text: error instanceof Error ? error.message : 'unknown error', afterMs: 0 });
    });
  }

  #again(ms: number): void {
    if (!this.#stopped) this.#cancel = this.#from.clock.after(ms, () => this.#begin());
  }

  async #turn(): Promise<void> {
    const batch = await this.#gather();
    if (this.#stopped) return;
    const { clock, shown, form, deliver } = this.#from;
    const isAtEnd = batch.to >= this.#from.records.size;
    // Left where it is until something else is recorded: it goes along with that.
    this.#rests = batch.entries.length > 0 && batch.isEcho && isAtEnd;
    if (this.#rests) return this.#again(LOOK_MS);
    if (batch.entries.length > 0) {
      const failure = await sendAll(
        {
          deliver,
          message: (items) => form.message(items),
          harmless: shown.items(form, harmlessEvidence(clock.now(), 'does this collector take anything'), null),
          taken: (entries) => this.#taken(entries),
          setAside: (entry, why) => this.#aside(entry, why),
        },
        batch.entries,
        () => this.#stopped,
      );
      if (failure !== null) return this.#failed(failure);
      this.#worked();
    }
    if (batch.to > this.#place.next) await this.#moved({ ...this.#place, next: batch.to });
    this.#again(batch.to < this.#from.records.size ? 0 : LOOK_MS);
  }

  async #gather(): Promise<Batch> {
    const { records, select, form } = this.#from;
    const entries: Entry[] = [];
    let chars = 0;
    let echo = true;
    const size = records.size;
    let to = this.#place.next;
    for await (const { index, record, items } of walk(this.#from, { form, from: to, to: size, select })) {
      if (this.#stopped) break;
      if (to === this.#place.next) this.#waitsSince = record.at;
      to = index + 1;
      if (items.length === 0) continue;
      entries.push({ index, items });
      echo &&= isEcho(record);
      for (const item of items) chars += item.length;
      if (entries.length >= MOST_ENTRIES || chars >= MOST_CHARS) return { entries, to, isEcho: echo };
    }
    return { entries, to: this.#stopped ? to : size, isEcho: echo };
  }

  async #taken(entries: readonly Entry[]): Promise<void> {
    this.#sent += entries.length;
    this.#lastSentAt = this.#from.clock.now();
    const last = entries.at(-1);
    if (last !== undefined) await this.#moved({ ...this.#place, next: last.index + 1 });
  }

  async #aside({ index }: Entry, why: string): Promise<void> {
    const { records, clock, troubled } = this.#from;
    const { name, as } = this.#is;
    // On record before it is passed over: what cannot be recorded is not passed over.
    await records.record({
      kind: 'export',
      at: clock.now(),
      change: 'set-aside',
      by: `forward:${name}`,
      as,
      index,
      text: `not taken: ${why}`.slice(0, 500),
    });
    const aside = [...this.#place.aside, index].slice(-MOST_ASIDE);
    await this.#moved({ next: index + 1, setAside: this.#place.setAside + 1, aside });
    troubled('aside', true, why);
  }

  async #moved(place: Place): Promise<void> {
    this.#place = place;
    // A disk that is full: the place in memory goes on, and after a restart some records are sent twice.
    await keepPlace(this.#from.store, this.#is.name, place).catch(() => undefined);
  }

  #worked(): void {
    this.#failures = 0;
    this.#fault = null;
    this.#from.troubled('failing', false, '');
  }

  #failed({ text, afterMs }: Failure): void {
    if (this.#stopped) return;
    const { clock, troubled } = this.#from;
    this.#failures += 1;
    const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
    const chance = clock.random(2).readUInt16BE() / 65_536;
    const wait = Math.round(Math.max(whole / 2 + (whole / 2) * chance, Math.min(afterMs, LONGEST_ASKED_MS)));
    this.#fault = { at: clock.now(), text, nextAt: clock.now() + wait };
    if (this.#failures >= RINGS_AT) troubled('failing', true, text);
    this.#again(wait);
  }
}
