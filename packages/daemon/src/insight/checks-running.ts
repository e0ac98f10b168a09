// The checklist: what keeps it running for months, and what shows that nothing was changed meanwhile.
import type { AlarmKind, CheckId, CheckItem } from '@castellan/contract';
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

/** Which item tells of an alarm. Those without one are told by `alarms`, and so is any whose item finds nothing wrong. */
const TOLD_BY: Readonly<Partial<Record<AlarmKind, CheckId>>> = {
  panic: 'panic',
  'hooks-missing': 'hooks',
  'hooks-disabled': 'hooks',
  'hooks-bypassed': 'hooks',
  'not-held': 'proven',
  unproven: 'proven',
  'ran-otherwise': 'behaved',
  unexplained: 'behaved',
  canary: 'behaved',
  'secret-shown': 'behaved',
  'agent-paused': 'behaved',
  'agent-stopped': 'behaved',
  'ledger-failed': 'ledger',
  'ledger-damaged': 'ledger-verified',
  'retention-failed': 'retention',
  'policy-rejected': 'faults',
  'vault-locked': 'vault',
  'vault-damaged': 'vault',
  'secret-due': 'due',
  'token-reused': 'sign-ins',
  'sign-in-attack': 'sign-ins',
  'sign-in-unusual': 'sign-ins',
  'channel-failed': 'channels',
  'forward-failed': 'forwards',
  'module-changed': 'modules',
  'module-failed': 'modules',
  'script-modified': 'scripts',
  'script-waiting': 'scripts',
  'backup-failed': 'backup',
  'backup-due': 'backup',
  'disk-low': 'disk',
};

/** @param items the others. */
export function alarmsCheck({ alarms: open }: CheckFacts, items: readonly CheckItem[]): CheckItem {
  const telling = new Set<string>(items.filter(({ state }) => state === 'bad' || state === 'warn').map(({ id }) => id));
  const others = open.filter(({ kind }) => !telling.has(TOLD_BY[kind] ?? ''));
  const [first] = others;
  if (first === undefined) return good('alarms', open.length === 0 ? 'none' : 'none that is not told here already');
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

function backup({ backups: { every, lastAt, failed }, alarms, now }: CheckFacts): CheckItem {
  const fix = 'run `castellan backup`, and keep it on another machine';
  const last = lastAt === null ? 'there is none yet' : `the last one was made and verified ${ago(now - lastAt)}`;
  if (failed !== null) return bad('backup', `${failed}; ${last}`, fix);
  if (alarms.some(({ kind }) => kind === 'backup-due'))
    return warn('backup', `${last}, although one is to be made every ${every}`, fix);
  if (lastAt === null) return warn('backup', last, fix);
  if (every === null && now - lastAt > OLD_COPY_MS)
    return warn('backup', `${last}, and none is made by itself`, 'config.yaml: `backups.every: 1d`');
  return good('backup', `${last}${every === null ? '' : `; one is made every ${every}`}`);
}

export const runningChecks = (facts: CheckFacts): readonly CheckItem[] => [
  verified(facts),
  backup(facts),
  clock(facts),
  version(facts),
];
