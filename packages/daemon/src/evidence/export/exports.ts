// Exports of the ledger, as streams. INVARIANT: each is on record before its first byte, with who asked and for what; nobody
// has more than a few at once, and one that is broken off, or that nobody reads, gives its place back.
import { Readable } from 'node:stream';
import type { ExportForm } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Records } from '../../records/index.ts';
import type { Form } from '../forms/forms.ts';
import { Shown, type ShownFrom } from './shown.ts';
import { type Select, walk } from './walk.ts';

const CHUNK_CHARS = 65_536;
/** Nothing was read for so long: whoever asked is gone, and their connection does not know. */
const STALLED_MS = 60_000;

export interface ExportsFrom extends ShownFrom {
  readonly records: Pick<Records, 'read' | 'query' | 'record' | 'size'>;
  readonly clock: Clock;
  /** How many at once, of one and of all: what gives a place back, or null. */
  readonly places: { enter(who: string): (() => void) | null };
  readonly forms: Readonly<Record<ExportForm, Form>>;
}

export interface Wanted {
  /** As `actorName` writes it: whose places these are. */
  readonly by: string;
  readonly as: ExportForm;
  /** As it was asked for. */
  readonly query: string;
  readonly select: Select | null;
}

export interface Opened {
  readonly type: string;
  readonly stream: Readable;
}

const counted = (records: number): string => (records === 1 ? '1 record' : `${records} records`);

interface Told {
  records: number;
  isWhole: boolean;
  /** Something waits to be read, or does not: looking for what fits may take as long as it takes. */
  waits(is: boolean): void;
}

export class Exports {
  readonly #from: ExportsFrom;
  readonly #shown: Shown;

  constructor(from: ExportsFrom) {
    this.#from = from;
    this.#shown = new Shown(from);
  }

  /** Null: too many at once. @throws LedgerError where it cannot be recorded. */
  async open({ by, as, query, select }: Wanted): Promise<Opened | null> {
    const { records, forms, clock, places } = this.#from;
    const leave = places.enter(by);
    if (leave === null) return null;
    const to = records.size;
    const about = { kind: 'export', by, as, ...(query !== '' && { query }) } as const;
    try {
      await records.record({ ...about, at: clock.now(), change: 'began', text: `of ${counted(to)}` });
    } catch (error) {
      leave();
      throw error;
    }
    let giveUp = (): void => undefined;
    const told: Told = {
      records: 0,
      isWhole: false,
      waits: (is) => {
        giveUp();
        giveUp = is
          ? clock.after(STALLED_MS, () => void stream.destroy(new Error('nobody reads this export')))
          : () => undefined;
      },
    };
    const stream = Readable.from(this.#texts(forms[as], { from: 0, to, select }, told), { objectMode: false });
    told.waits(true);
    stream.once('error', () => undefined);
    stream.once('close', () => {
      giveUp();
      leave();
      const change = told.isWhole ? 'done' : 'broken-off';
      // Not awaited: nobody waits any more. A log that fails raises its own alarm.
      records
        .record({ ...about, at: clock.now(), change, records: told.records, text: counted(told.records) })
        .catch(() => undefined);
    });
    return { type: forms[as].type, stream };
  }

  async *#texts(
    form: Form,
    which: { readonly from: number; readonly to: number; readonly select: Select | null },
    told: Told,
  ): AsyncGenerator<string> {
    told.waits(false);
    let chunk = form.head;
    for await (const { items } of walk({ ...this.#from, shown: this.#shown }, { form, ...which })) {
      if (items.length === 0) continue;
      chunk += form.line(items) + form.end;
      told.records += 1;
      if (chunk.length < CHUNK_CHARS) continue;
      told.waits(true);
      yield chunk;
      told.waits(false);
      chunk = '';
    }
    // Until its end is read: the last of it lies there as well.
    told.waits(true);
    if (chunk !== '') yield chunk;
    told.isWhole = true;
  }
}
