// The checklist: the policy in force, the servers behind the gate, the scripts that wait.
import type { CheckItem } from '@castellan/contract';
import { bad, counted, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';
import { loosenedIn } from './loosened.ts';

const DAY_MS = 24 * 60 * 60_000;

function preset({ config: { preset: name } }: CheckFacts): CheckItem {
  switch (name) {
    case 'supervised':
      return good('preset', 'preset supervised: each new kind of call asks at the agent');
    case 'autonomous':
      return good('preset', 'preset autonomous: safe calls run, everything else asks');
    case 'full-auto':
      return warn(
        'preset',
        'preset full-auto: Critical rules, Strict ones and what could not be told still ask; all else runs unless a level or a rule of your own says no',
        'run `castellan policy preset autonomous`',
      );
  }
}

function defaults({ config }: CheckFacts): CheckItem {
  const loosened = loosenedIn(config);
  if (loosened.length === 0) return good('defaults', 'nothing is looser than what Castellan comes with');
  return warn('defaults', listed(loosened), 'config.yaml: take out what is not needed any more');
}

function policy({ faults, unaccepted, alarms }: CheckFacts): readonly CheckItem[] {
  const rejected = alarms.find(({ kind }) => kind === 'policy-rejected');
  const [fault] = faults;
  const why = fault ?? rejected?.text;
  return [
    why === undefined
      ? good('faults', 'no faults')
      : bad('faults', why, 'correct the file; the last good policy stays in force'),
    unaccepted.length === 0
      ? good('manifests', 'none waits')
      : warn(
          'manifests',
          `${listed(unaccepted)}: their tools count as unclassified`,
          'read it, then `castellan modules accept`',
        ),
  ];
}

function modules({ alarms }: CheckFacts): CheckItem {
  const failed = alarms.find(({ kind }) => kind === 'module-failed');
  const changed = alarms.find(({ kind }) => kind === 'module-changed');
  const worst = failed ?? changed;
  if (worst === undefined) return good('modules', 'nothing is held back');
  return (failed === undefined ? warn : bad)('modules', worst.text, worst.hint);
}

function pinned({ servers }: CheckFacts): CheckItem {
  if (servers.length === 0) return good('pinned', 'there is no server');
  const names = (some: typeof servers): string => listed(some.map(({ name }) => name));
  const open = servers.filter(({ state }) => state === 'unaccepted' || state === 'held');
  const [first] = open;
  if (first !== undefined)
    return warn(
      'pinned',
      `${names(open)}: ${first.state === 'held' ? 'another one than was accepted' : 'nobody accepted it yet'}, so it offers nothing`,
      `read it, then \`castellan modules accept ${first.name}\`, or remove it`,
    );
  const changed = servers.filter(({ quarantined }) => quarantined > 0);
  const [one] = changed;
  if (one !== undefined)
    return warn(
      'pinned',
      `${names(changed)}: ${counted(
        changed.reduce((sum, { quarantined }) => sum + quarantined, 0),
        'tool',
      )} held back until somebody accepts what changed`,
      `\`castellan modules inspect ${one.name}\` shows it`,
    );
  return good('pinned', `${names(servers)}: each to the digest that was accepted`);
}

function scripts({ scripts: waiting, alarms, now }: CheckFacts): CheckItem {
  const modified = alarms.find(({ kind }) => kind === 'script-modified');
  if (modified !== undefined) return bad('scripts', modified.text, modified.hint);
  if (waiting.length === 0) return good('scripts', 'none waits');
  const oldest = Math.min(...waiting.map(({ since }) => since));
  const days = Math.floor((now - oldest) / DAY_MS);
  const evidence = `${listed(waiting.map(({ name }) => name))}: ${days < 1 ? 'since today' : `since ${counted(days, 'day')}`}`;
  return warn('scripts', evidence, 'read it: `castellan scripts`, then approve or reject');
}

export const policyChecks = (facts: CheckFacts): readonly CheckItem[] => [
  preset(facts),
  defaults(facts),
  ...policy(facts),
  modules(facts),
  pinned(facts),
  scripts(facts),
];
