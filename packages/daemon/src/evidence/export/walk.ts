// Records one after the other, as they are in a form. INVARIANT: however many there are, a few are held at a time, and between
// them everything else goes on: nothing that waits for a decision waits for an export.
import { setImmediate } from 'node:timers/promises';
import type { LedgerRecord } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Records } from '../../records/index.ts';
import type { Form } from '../forms/forms.ts';
import { Attempts } from './attempts.ts';
import type { Shown, Taken } from './shown.ts';

/** How long one goes on without letting anybody else. */
const STEP_MS = 3;

export interface WalkFrom {
  readonly records: Pick<Records, 'read' | 'query'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly shown: Shown;
}

export interface Walk {
  readonly form: Form;
  readonly from: number;
  readonly to: number;
  /** null: all of them. */
  readonly select: Select | null;
}

/** Where records that fit a query stand, oldest first, from a position on; `next` null: there is nothing further. */
export type Select = (
  at: number,
  limit: number,
) => Promise<{ readonly positions: readonly number[]; readonly next: number | null }>;

export interface Step {
  readonly index: number;
  readonly record: LedgerRecord;
  /** None: it has no place in the form. */
  readonly items: readonly string[];
}

const PAGE = 256;

async function* taken({ records }: WalkFrom, { from, to, select }: Walk): AsyncGenerator<Taken> {
  if (select === null) {
    yield* records.read(from, to);
    return;
  }
  for (let at: number | null = from; at !== null && at < to; ) {
    const found: Awaited<ReturnType<Select>> = await select(at, PAGE);
    const wanted = new Set(found.positions);
    for (const stretch of stretchesOf(found.positions))
      for await (const each of records.read(stretch.from, Math.min(stretch.to, to)))
        if (wanted.has(each.index)) yield each;
    // An index that does not catch up would be asked for ever.
    if (found.next !== null && found.next <= at) throw new Error('the index of the ledger does not catch up');
    at = found.next;
  }
}

/** Neighbours are read together: those of one bundle of the ledger. */
function stretchesOf(positions: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const stretches = new Map<number, { readonly from: number; readonly to: number }>();
  for (const position of positions) {
    const bundle = Math.floor(position / PAGE);
    stretches.set(bundle, { from: stretches.get(bundle)?.from ?? position, to: position + 1 });
  }
  return [...stretches.values()];
}

export async function* walk(given: WalkFrom, which: Walk): AsyncGenerator<Step> {
  const { records, clock, shown } = given;
  const { form } = which;
  const attempts = new Attempts(records, shown);
  let since = clock.monotonic();
  for await (const each of taken(given, which)) {
    if (clock.monotonic() - since > STEP_MS) {
      await setImmediate();
      since = clock.monotonic();
    }
    await shown.ahead(each);
    const evidence = shown.evidence(each);
    const { index, record } = evidence;
    const attempt = form.needsAttempt ? await attempts.of(record) : null;
    yield { index, record, items: shown.items(form, evidence, attempt) };
  }
}
