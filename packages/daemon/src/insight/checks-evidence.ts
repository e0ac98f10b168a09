// The checklist: what shows afterwards what happened, and what takes it back.
import type { CheckItem } from '@castellan/contract';
import { bad, counted, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';
import { ago } from './words.ts';

/** A collector that is away for a night has so many waiting. */
const MANY_BEHIND = 100_000;

function panic({ panicSince, now }: CheckFacts): CheckItem {
  if (panicSince === null) return good('panic', 'no panic is in force');
  return warn(
    'panic',
    `everything is stopped, since ${ago(now - panicSince)}`,
    'run `castellan recover`, step by step',
  );
}

function runbook({ runbook: isWritten }: CheckFacts): CheckItem {
  return isWritten
    ? good('runbook', 'a panic shows it')
    : warn('runbook', 'nobody wrote it yet', 'run `castellan runbook edit`: whom to call, and in which order');
}

/** What must come first, and how: what is kept on purpose is no fault. */
const HOLDS: Readonly<Record<NonNullable<CheckFacts['retentionHeld']>['by'], { what: string; fix: string } | null>> = {
  'open-task': {
    what: 'a task is open',
    fix: 'it ends with its client, or three days after the last sign of life; one that was paused or stopped waits for `castellan resume`',
  },
  'open-approval': { what: 'a question is open', fix: 'answer it: `castellan pending`' },
  incident: { what: 'an incident is open', fix: 'close it: `castellan recover close`' },
  forward: {
    what: 'a collector has not had them yet',
    fix: 'look at `castellan forwards`, or take the collector out of config.yaml',
  },
  undo: null,
};

function retention({ retention: { days }, retentionHeld: held, alarms, now }: CheckFacts): CheckItem {
  const failed = alarms.find(({ kind }) => kind === 'retention-failed');
  if (failed !== undefined) return bad('retention', failed.text, failed.hint);
  const holds = held === null ? null : HOLDS[held.by];
  if (days !== null && held !== null && holds !== null)
    return warn(
      'retention',
      `${counted(days, 'day')}, and older ones stay: ${holds.what}, since ${ago(now - held.since)}${held.what === undefined ? '' : `: ${held.what}`}`,
      holds.fix,
    );
  return good('retention', days === null ? 'for ever' : `${counted(days, 'day')}; what is older is sealed`);
}

function forwards({ forwards: all }: CheckFacts): CheckItem {
  if (all.length === 0) return good('forwards', 'nothing is sent anywhere');
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  const failing = all.filter(({ state }) => state === 'failing');
  const [first] = failing;
  if (first !== undefined)
    return bad(
      'forwards',
      `${names(failing)}: ${first.fault?.text ?? 'the last try failed'}; ${counted(first.behind, 'record')} wait`,
      'look at the collector; nothing is lost, and it is tried again by itself',
    );
  const refused = all.filter(({ setAside }) => setAside > 0);
  const [aside] = refused;
  if (aside !== undefined)
    return warn(
      'forwards',
      `${names(refused)}: ${counted(aside.setAside, 'record')} it would not take`,
      'look at what the collector says of them: they are in the ledger all the same',
    );
  const behind = all.filter((each) => each.behind > MANY_BEHIND);
  if (behind.length > 0)
    return warn(
      'forwards',
      `${names(behind)}: more than ${MANY_BEHIND} records wait`,
      'look at how fast the collector is',
    );
  return good('forwards', names(all));
}

function undo({ undo: { enabled, bytes, maxBytes } }: CheckFacts): CheckItem {
  if (!enabled) return warn('undo', 'nothing is kept before calls change it', 'config.yaml: `undo.enabled: true`');
  const used = Math.round((100 * bytes) / Math.max(1, maxBytes));
  return good('undo', `it is; ${used} % of the room for it is used, and what is oldest goes first`);
}

export const evidenceChecks = (facts: CheckFacts): readonly CheckItem[] => [
  panic(facts),
  retention(facts),
  forwards(facts),
  undo(facts),
  runbook(facts),
];
