// What may leave of a record, in a form. INVARIANT: redacted twice: the record before it takes a form, and what the form made of
// it, because a form joins, shortens and changes letters. Where the second look finds anything, the record is made again without.
import { Buffer } from 'node:buffer';
import type { AttemptRecord, JsonValue, LedgerRecord } from '@castellan/contract';
import { leafHash } from '@castellan/ledger';
import type { Redactor } from '@castellan/secrets';
import { type Exits, type LastLook, lastLook } from '../../exits/index.ts';
import type { Evidence } from '../forms/evidence.ts';
import type { Form } from '../forms/forms.ts';

export interface Taken {
  readonly index: number;
  readonly record: LedgerRecord;
  /** The bytes that the ledger hashed. */
  readonly entry: Uint8Array;
}

/** Bytes of an entry. */
const LONG = 4_096;
/** One that joins parts is short, and what it joins is long. */
const JOINED = Buffer.from('{"kind":"joined"');
const isLong = (entry: Uint8Array): boolean => entry.length > LONG || JOINED.equals(entry.subarray(0, JOINED.length));

export interface ShownFrom {
  readonly exits: Pick<Exits, 'value' | 'ahead'>;
  readonly redactor: Pick<Redactor, 'anyCase'>;
}

export class Shown {
  readonly #exits: Pick<Exits, 'value' | 'ahead'>;
  readonly #look: LastLook;

  constructor({ exits, redactor }: ShownFrom) {
    this.#exits = exits;
    this.#look = lastLook(redactor);
  }

  /** A long record is looked through in steps first, between which everything else goes on; then `evidence` of it is quick. */
  async ahead({ record, entry }: Taken): Promise<void> {
    if (isLong(entry)) await this.#exits.ahead(JSON.stringify(record));
  }

  /** Without what may not be shown. Where the exits leave nothing of it, what is ours of it is left: a record stays one. */
  record<R extends LedgerRecord>(record: R): R {
    const shown = this.#exits.value(record as JsonValue);
    return (typeof shown === 'object' && shown !== null ? shown : this.#look.bare(record as JsonValue)) as R;
  }

  evidence({ index, record, entry }: Taken): Evidence {
    return { index, leaf: Buffer.from(leafHash(entry)).toString('hex'), record: this.record(record) };
  }

  /** What a record is in a form. @param attempt shown before, as `record` does it. */
  items(form: Form, evidence: Evidence, attempt: AttemptRecord | null): readonly string[] {
    const look = this.#look;
    const items = form.items(evidence, attempt);
    if (items.every((item) => look.mentions(item).length === 0)) return items;
    const changed = (change: (value: JsonValue) => JsonValue): readonly string[] =>
      form.items(
        { ...evidence, record: change(evidence.record as JsonValue) as LedgerRecord },
        attempt === null ? null : (change(attempt as JsonValue) as AttemptRecord),
      );
    const without = changed(look.without);
    const bare = changed(look.bare);
    // A value that is one of our own words stands in every record: what `bare` mentions too tells nobody anything.
    const ours = new Set(bare.flatMap((item) => look.mentions(item)));
    return without.every((item) => look.mentions(item).every((name) => ours.has(name))) ? without : bare;
  }
}
