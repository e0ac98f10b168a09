// The checklist: what stands around agents and servers besides the gate, and whether each of them is behind it.
import { hereItems } from '@castellan/agents';
import type { CheckItem } from '@castellan/contract';
import { bad, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

type Isolation = CheckFacts['isolation'];

function agents({ agents: all, config: { sandbox }, here }: Isolation): CheckItem {
  if (all.length === 0) return good('agents-walls', 'there is no agent');
  if (here.state.shared && here.twoUsers.length === 0)
    return good('agents-walls', `${listed(all.map(({ name }) => name))}: in another container, or as another user`);
  const always = sandbox.runs === 'always';
  const outside = all.filter(({ scope }) => scope !== 'isolated');
  const asked = always ? [] : all.filter(({ scope }) => scope === 'isolated');
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  if (outside.length > 0)
    return warn(
      'agents-walls',
      `${names(outside)}: started by yourself, so the gate alone holds ${outside.length === 1 ? 'it' : 'them'}${asked.length === 0 ? '' : `; ${names(asked)} only with \`--sandbox\``}`,
      'connect it as `--scope isolated`, and start it with `castellan run --sandbox`',
    );
  if (asked.length > 0)
    return warn(
      'agents-walls',
      `${names(asked)}: only where \`castellan run\` is told \`--sandbox\``,
      'config.yaml: `sandbox.runs: always`',
    );
  return good('agents-walls', `${names(all)}, at each \`castellan run\``);
}

function servers({ servers: all }: Isolation): CheckItem {
  const without = all.filter(({ walls }) => !walls).map(({ name }) => name);
  if (all.length === 0) return good('servers-walls', 'it starts none');
  if (without.length === 0) return good('servers-walls', listed(all.map(({ name }) => name)));
  return warn(
    'servers-walls',
    `${listed(without)}: ${without.length === 1 ? 'it reads your files and reaches the network' : 'they read your files and reach the network'} as you do`,
    `run \`castellan modules sandbox ${without[0]}\``,
  );
}

function sockets({ agents: all }: Isolation): CheckItem {
  const without = all.filter(({ sockets: has }) => !has).map(({ name }) => name);
  if (without.length === 0) return good('sockets', all.length === 0 ? 'there is no agent' : `${all.length} looked at`);
  return bad(
    'sockets',
    `${listed(without)}: there are no sockets, so no start within walls reaches anything`,
    'give the state folder a shorter path (CASTELLAN_HOME), and start the daemon again',
  );
}

function escapes({ escapes: { looks, text, not } }: Isolation): CheckItem {
  const evidence = `${text}; not ${not}`;
  if (looks) return good('escapes', evidence);
  return warn('escapes', evidence, 'use a machine with Linux where that matters: docs/guide/escapes.md');
}

export const isolationChecks = ({ isolation }: CheckFacts): readonly CheckItem[] => [
  agents(isolation),
  servers(isolation),
  sockets(isolation),
  escapes(isolation),
  ...hereItems(isolation.here, isolation.config),
];
