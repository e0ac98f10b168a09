// The checklist: whether agents are held, and by what.
import type { Alarm, AlarmKind, CheckItem } from '@castellan/contract';
import { bad, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

const DAY_MS = 24 * 60 * 60_000;
const SILENT_MS = 30 * DAY_MS;

const HOOKS: ReadonlySet<AlarmKind> = new Set<AlarmKind>(['hooks-missing', 'hooks-disabled', 'hooks-bypassed']);
const BEHAVED: ReadonlySet<AlarmKind> = new Set<AlarmKind>([
  'ran-otherwise',
  'canary',
  'secret-shown',
  'agent-paused',
  'agent-stopped',
  'unexplained',
]);

const firstOf = (alarms: readonly Alarm[], kinds: ReadonlySet<AlarmKind>): Alarm | undefined =>
  alarms.find(({ kind }) => kinds.has(kind));

function connected({ agents, now }: CheckFacts): readonly CheckItem[] {
  const title = 'An agent stands behind Castellan';
  if (agents.length === 0)
    return [
      warn('agents', 'agents', title, 'none is connected: nothing is held', 'run `castellan connect claude-code`'),
    ];
  const items: CheckItem[] = [good('agents', 'agents', title, listed(agents.map(({ name }) => name)))];
  const silent = agents.filter(({ createdAt, lastSeenAt }) => now - (lastSeenAt ?? createdAt) > SILENT_MS);
  if (silent.length > 0)
    items.push(
      warn(
        'agents',
        'agents-silent',
        'Every agent that is connected is used',
        `${listed(silent.map(({ name }) => name))}: nothing for 30 days`,
        'run `castellan verify`, or `castellan disconnect` where it is gone',
      ),
    );
  return items;
}

function hooks({ alarms, agents }: CheckFacts): CheckItem {
  const title = 'The hooks are in force';
  const alarm = firstOf(alarms, HOOKS);
  if (alarm !== undefined) return bad('agents', 'hooks', title, alarm.text, alarm.hint);
  return good('agents', 'hooks', title, agents.length === 0 ? 'there is no agent' : 'as they were put in');
}

function proven({ proofs }: CheckFacts): CheckItem {
  const title = 'Agents were proven';
  const fix = 'run `castellan verify`';
  const through = proofs.find(({ state }) => state === 'not-held');
  if (through !== undefined)
    return bad(
      'agents',
      'proven',
      title,
      `\`${through.name}\` is not held: ${through.text}`,
      'end the agent, or use it as one that is not held; then run `castellan verify`',
    );
  const open = proofs.find(({ due, state }) => due !== '' || state === 'failed');
  if (open !== undefined)
    return warn('agents', 'proven', title, `\`${open.name}\`: ${open.state === 'failed' ? open.text : open.due}`, fix);
  if (proofs.length === 0) return good('agents', 'proven', title, 'there is none that can be');
  const held = proofs.filter(({ state }) => state === 'held').map(({ name }) => name);
  return good('agents', 'proven', title, held.length === 0 ? 'one is being proven' : listed(held));
}

function behaved({ alarms }: CheckFacts): CheckItem {
  const title = 'Agents do what was decided';
  const alarm = firstOf(alarms, BEHAVED);
  if (alarm === undefined) return good('agents', 'behaved', title, 'no alarm is open');
  // Held already, or perhaps the person's own doing.
  const isMilder = alarm.kind === 'agent-paused' || alarm.kind === 'agent-stopped' || alarm.kind === 'unexplained';
  return (isMilder ? warn : bad)('agents', 'behaved', title, alarm.text, alarm.hint);
}

function frozen({ agents }: CheckFacts): CheckItem {
  const title = 'No agent is frozen';
  const ice = agents.flatMap(({ name, frozen: why }) => (why === null ? [] : [`${name}: ${why}`]));
  if (ice.length === 0) return good('agents', 'frozen', title, 'none');
  return warn('agents', 'frozen', title, listed(ice), 'look at what it did, then `castellan thaw`');
}

function workspace({ workspace: { agents, commands, walls }, isolation }: CheckFacts): CheckItem {
  const title = 'Commands that Castellan runs for agents are inside of walls';
  const fix = 'install bubblewrap; in a container, allow user namespaces';
  const { words } = isolation.here.walls;
  if (walls && words?.startsWith('Landlock') === true && agents.length > 0)
    return warn(
      'agents',
      'walls',
      title,
      `${words}: commands of ${listed(agents)} in a project with version control, or with a network, are refused`,
      fix,
    );
  if (walls) return good('agents', 'walls', title, words ?? 'walls stand on this machine');
  if (commands === 'open')
    return bad(
      'agents',
      'walls',
      title,
      'there are none on this machine, and `workspace.commands: open` in config.yaml lets them run without',
      fix,
    );
  if (agents.length === 0) return good('agents', 'walls', title, 'there are none on this machine, and nothing runs');
  return warn('agents', 'walls', title, `there are none on this machine: tools of ${listed(agents)} are refused`, fix);
}

function preset({ preset: name }: CheckFacts): CheckItem {
  const title = 'Something asks before it matters';
  switch (name) {
    case 'supervised':
      return good('policy', 'preset', title, 'preset supervised: each new kind of call asks at the agent');
    case 'autonomous':
      return good('policy', 'preset', title, 'preset autonomous: safe calls run, everything else asks');
    case 'full-auto':
      return warn(
        'policy',
        'preset',
        title,
        'preset full-auto: Critical rules, Strict ones and what could not be told still ask; all else runs unless a level or a rule of your own says no',
        'run `castellan policy preset autonomous`',
      );
  }
}

function policy({ faults, unaccepted, alarms }: CheckFacts): readonly CheckItem[] {
  const title = 'The policy in the folder is the one in force';
  const rejected = alarms.find(({ kind }) => kind === 'policy-rejected');
  const [fault] = faults;
  const why = fault ?? rejected?.text;
  const files =
    why === undefined
      ? good('policy', 'faults', title, 'no faults')
      : bad('policy', 'faults', title, why, 'correct the file; the last good policy stays in force');
  const accept = 'Manifests of your own are accepted as they are';
  return [
    files,
    unaccepted.length === 0
      ? good('policy', 'manifests', accept, 'none waits')
      : warn(
          'policy',
          'manifests',
          accept,
          `${listed(unaccepted)}: their tools count as unclassified`,
          'read it, then `castellan modules accept`',
        ),
  ];
}

function modules({ alarms }: CheckFacts): CheckItem {
  const title = 'Servers behind the gate are as you accepted them';
  const failed = alarms.find(({ kind }) => kind === 'module-failed');
  const changed = alarms.find(({ kind }) => kind === 'module-changed');
  const worst = failed ?? changed;
  if (worst === undefined) return good('policy', 'modules', title, 'nothing is held back');
  return (failed === undefined ? warn : bad)('policy', 'modules', title, worst.text, worst.hint);
}

export const agentChecks = (facts: CheckFacts): readonly CheckItem[] => [
  ...connected(facts),
  hooks(facts),
  proven(facts),
  behaved(facts),
  frozen(facts),
  workspace(facts),
  preset(facts),
  ...policy(facts),
  modules(facts),
];
