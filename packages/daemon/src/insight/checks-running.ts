// The checklist: what keeps it running for months, and what shows that nothing was changed meanwhile.
import type { AlarmKind, CheckItem } from '@castellan/contract';
import { bad, good, unknown, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';
import { ago, day } from './words.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Verified each day; a machine that was off for some is not looked at askance. */
const STALE_MS = 3 * DAY_MS;
/** Copies that are made by hand are forgotten. */
const OLD_COPY_MS = 7 * DAY_MS;
/** Clocks are set by a moment now and then. */
const BACK_MS = 5000;
/** Until when each line of Node gets security fixes, as its project announced. */
const NODE_ENDS: Readonly<Record<number, string>> = { 22: '2027-04-30', 24: '2028-04-30', 26: '2029-04-30' };

function verified({ verified: last, ledger: { failed }, now }: CheckFacts): CheckItem {
  const fix =
    failed === null
      ? 'run `castellan doctor --fix`: the daemon looks at it now'
      : 'free the disk first; `castellan ledger verify` looks at it without the daemon';
  if (last === null)
    return failed === null
      ? unknown('ledger-verified', 'it was not looked at yet: that is done once a day', fix)
      : unknown('ledger-verified', 'it cannot be written, so it is not looked at', fix);
  const when = `${ago(now - last.at)}: ${last.text}`;
  if (!last.ok)
    return bad(
      'ledger-verified',
      when,
      `keep the folder as evidence; \`castellan ledger verify\` says where it begins`,
    );
  return now - last.at > STALE_MS ? warn('ledger-verified', when, fix) : good('ledger-verified', when);
}

/** Told by items of their own. */
const TOLD: ReadonlySet<AlarmKind> = new Set<AlarmKind>([
  ...(['hooks-missing', 'hooks-disabled', 'hooks-bypassed', 'ran-otherwise', 'unexplained', 'canary'] as const),
  ...(['agent-paused', 'agent-stopped', 'secret-shown', 'policy-rejected', 'module-changed'] as const),
  ...(['module-failed', 'token-reused', 'sign-in-attack', 'channel-failed', 'script-modified'] as const),
  ...(['sign-in-unusual', 'retention-failed'] as const),
]);

function alarms({ alarms: open }: CheckFacts): CheckItem {
  const others = open.filter(({ kind }) => !TOLD.has(kind));
  const [first] = others;
  if (first === undefined) return good('alarms', 'none');
  const more = others.length === 1 ? '' : `; ${others.length - 1} more: \`castellan alarms\``;
  return warn('alarms', `${first.text}${more}`, first.hint);
}

function clock({ machineTime, now }: CheckFacts): CheckItem {
  const back = now - machineTime;
  if (back > BACK_MS)
    return warn(
      'clock',
      `the machine says ${day(machineTime)}, ${ago(back, '')} before what is on record already; times go on from there`,
      'set the clock of the machine: `timedatectl set-ntp true`',
    );
  return good('clock', `${day(machineTime)}, and never before what is on record`);
}

function version({ program: { version: own, node }, now }: CheckFacts): CheckItem {
  const line = Number(/^v?(\d+)/.exec(node)?.[1]);
  const end = NODE_ENDS[line];
  const seen = `Castellan ${own}, Node ${node.replace(/^v/, '')}`;
  if (end === undefined)
    return warn(
      'version',
      `${seen}: nobody knows how long this line is mended`,
      'use Node 24, which Castellan brings along',
    );
  if (now >= Date.parse(end))
    return bad('version', `${seen}: without security fixes since ${end}`, 'update Castellan, which brings Node along');
  return good('version', `${seen}, which gets security fixes until ${end}`);
}

function backup({ backups: { every, lastAt, failed }, now }: CheckFacts): CheckItem {
  const fix = 'run `castellan backup`, and keep it on another machine';
  const last = lastAt === null ? 'there is none yet' : `the last one was made and verified ${ago(now - lastAt)}`;
  if (failed !== null) return bad('backup', `${failed}; ${last}`, fix);
  if (lastAt === null) return warn('backup', last, fix);
  if (every === null && now - lastAt > OLD_COPY_MS)
    return warn('backup', `${last}, and none is made by itself`, 'config.yaml: `backups.every: 1d`');
  return good('backup', `${last}${every === null ? '' : `; one is made every ${every}`}`);
}

export const runningChecks = (facts: CheckFacts): readonly CheckItem[] => [
  verified(facts),
  alarms(facts),
  backup(facts),
  clock(facts),
  version(facts),
];
