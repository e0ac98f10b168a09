// The checklist: whether agents are held, and by what.
import type { Alarm, AlarmKind, CheckItem } from '@castellan/contract';
import { bad, good, listed, unknown, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';
import { ago } from './words.ts';

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
  if (agents.length === 0)
    return [warn('agents', 'none is connected: nothing is held', 'run `castellan connect claude-code`')];
  const items: CheckItem[] = [good('agents', listed(agents.map(({ name }) => name)))];
  const silent = agents.filter(({ createdAt, lastSeenAt }) => now - (lastSeenAt ?? createdAt) > SILENT_MS);
  if (silent.length > 0)
    items.push(
      warn(
        'agents-silent',
        `${listed(silent.map(({ name }) => name))}: nothing for 30 days`,
        'run `castellan verify`, or `castellan disconnect` where it is gone',
      ),
    );
  return items;
}

function hooks({ alarms, agents, unwatched }: CheckFacts): CheckItem {
  const alarm = firstOf(alarms, HOOKS);
  if (alarm !== undefined) return bad('hooks', alarm.text, alarm.hint);
  if (unwatched.length > 0)
    return unknown(
      'hooks',
      `${listed(unwatched)}: connected by hand, so nobody knows where the hooks are, nor sees them go`,
      'look at its settings yourself, or let `castellan connect` put them in',
    );
  return good('hooks', agents.length === 0 ? 'there is no agent' : 'as they were put in');
}

function proven({ proofs, now }: CheckFacts): CheckItem {
  const fix = 'run `castellan verify`';
  const through = proofs.find(({ state }) => state === 'not-held');
  if (through !== undefined)
    return bad(
      'proven',
      `\`${through.name}\` is not held: ${through.text}`,
      'end the agent, or use it as one that is not held; then run `castellan verify`',
    );
  const open = proofs.find(({ due, state }) => due !== '' || state === 'failed');
  if (open !== undefined)
    return warn('proven', `\`${open.name}\`: ${open.state === 'failed' ? open.text : open.due}`, fix);
  if (proofs.length === 0) return good('proven', 'there is none that can be');
  const held = proofs
    .filter(({ state }) => state === 'held')
    .map(({ name, at }) => (at === null ? name : `${name}, ${ago(now - at)}`));
  return good('proven', held.length === 0 ? 'one is being proven' : listed(held));
}

function behaved({ alarms }: CheckFacts): CheckItem {
  const alarm = firstOf(alarms, BEHAVED);
  if (alarm === undefined) return good('behaved', 'no alarm is open');
  // Held already, or perhaps the person's own doing.
  const isMilder = alarm.kind === 'agent-paused' || alarm.kind === 'agent-stopped' || alarm.kind === 'unexplained';
  return (isMilder ? warn : bad)('behaved', alarm.text, alarm.hint);
}

function frozen({ agents }: CheckFacts): CheckItem {
  const ice = agents.flatMap(({ name, frozen: why }) => (why === null ? [] : [`${name}: ${why}`]));
  if (ice.length === 0) return good('frozen', 'none');
  return warn('frozen', listed(ice), 'look at what it did, then `castellan thaw`');
}

function workspace({ workspace: { agents, commands, walls }, isolation }: CheckFacts): CheckItem {
  const fix = 'install bubblewrap; in a container, allow user namespaces';
  const { words } = isolation.here.walls;
  if (walls && words?.startsWith('Landlock') === true && agents.length > 0)
    return warn(
      'walls',
      `${words}: commands of ${listed(agents)} in a project with version control, or with a network, are refused`,
      fix,
    );
  if (walls) return good('walls', words ?? 'walls stand on this machine');
  if (commands === 'open')
    return bad(
      'walls',
      'there are none on this machine, and `workspace.commands: open` in config.yaml lets them run without',
      fix,
    );
  if (agents.length === 0) return good('walls', 'there are none on this machine, and nothing runs');
  return warn('walls', `there are none on this machine: tools of ${listed(agents)} are refused`, fix);
}

export const agentChecks = (facts: CheckFacts): readonly CheckItem[] => [
  ...connected(facts),
  hooks(facts),
  proven(facts),
  behaved(facts),
  frozen(facts),
  workspace(facts),
];
