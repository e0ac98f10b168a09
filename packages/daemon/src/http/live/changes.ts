// What a page shows that was changed elsewhere, as the records tell it: whatever changes is recorded, so nothing that changes
// goes untold. Told once for many changes of a kind: an agent that works must not make every page ask without end.
import type { LedgerRecord, LiveEvent } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';

type What = Extract<LiveEvent, { kind: 'changed' }>['what'];

const WHAT: { readonly [Kind in LedgerRecord['kind']]?: What } = {
  agent: 'agents',
  grant: 'grants',
  secret: 'secrets',
  vault: 'secrets',
  session: 'work',
  terminal: 'terminals',
  notice: 'channels',
  person: 'people',
  'sign-in': 'people',
  script: 'scripts',
  schedule: 'schedules',
  verification: 'agents',
};

/** Also the time in which a room does what it has just recorded. */
const QUIET_MS = 250;

export function tellChanges(clock: Clock, events: EventBus): (record: LedgerRecord) => void {
  const due = new Set<What>();
  return ({ kind }) => {
    const what = WHAT[kind];
    if (what === undefined || due.has(what)) return;
    due.add(what);
    clock.after(QUIET_MS, () => {
      due.delete(what);
      events.publish({ kind: 'changed', what });
    });
  };
}
