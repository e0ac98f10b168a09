// `castellan modules` and `castellan agents`: what is known, and who stands behind it.
import type { PolicyView } from '@castellan/contract';
import { typed } from '../command.ts';
import { ask } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { duration, isHeld, plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';

export async function modules(
  { world, out }: Context,
  name: string | undefined,
  options: JsonOption,
): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.policy());
  if (typeof answer === 'number') return answer;
  if (name !== undefined) {
    const found = answer.value.modules.find(({ manifest }) => [manifest.name, ...manifest.aliases].includes(name));
    if (found === undefined)
      return out.error(`there is no module \`${visible(name)}\``, ['`castellan modules` lists them']);
    if (options.json) out.json(found);
    else for (const text of moduleLines(found)) out.line(text);
    return EXIT.done;
  }
  if (options.json) {
    out.json({ modules: answer.value.modules });
    return EXIT.done;
  }
  const rows = answer.value.modules.map(({ manifest, level, overrides }) => {
    const { safe, critical, byEffects } = manifest.tools;
    const own = Object.entries(overrides).map(([tool, to]) => `${visible(tool)}: ${to}`);
    return [
      visible(manifest.name),
      level,
      `${safe.length} safe, ${critical.length} critical, ${byEffects.length} by effects`,
      [visible(manifest.title), ...own].join('; '),
    ];
  });
  for (const text of table(rows)) out.line(text);
  if (rows.length === 0) out.line('no modules: every tool is unclassified and needs a person for each call');
  return EXIT.done;
}

/** Each tool with its class, how long one confirmation counts, its own level, and what it is. */
export function moduleLines({ manifest, level, overrides }: PolicyView['modules'][number]): readonly string[] {
  const { safe, critical, byEffects } = manifest.tools;
  const rows = [
    ...safe.map((tool) => [tool.name, 'safe', '', tool.label]),
    ...critical.map((tool) => [tool.name, 'critical', tool.scope, tool.label]),
    ...byEffects.map((tool) => [tool.name, 'by effects', tool.scope, tool.label]),
  ].map(([tool = '', kind = '', scope = '', label = '']) => [
    `  ${visible(tool)}`,
    kind,
    scope,
    overrides[tool] ?? '',
    visible(label),
  ]);
  return [`${visible(manifest.name)}: ${visible(manifest.title)}; level ${level}`, ...table(rows)];
}

export async function agents({ world, out, command }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.agents());
  if (typeof answer === 'number') return answer;
  const connected = answer.value.agents.filter((agent) => agent.revokedAt === null);
  if (options.json) {
    out.json({ agents: connected });
    return EXIT.done;
  }
  const shown = connected.filter(isHeld);
  const now = world.clock.now();
  const rows = shown.map((agent) => [
    agent.id,
    visible(agent.name),
    agent.kind,
    agent.lastSeenAt === null ? 'never seen' : `seen ${duration(now - agent.lastSeenAt)} ago`,
    agent.frozen === null ? '' : `FROZEN: ${visible(agent.frozen.why)}`,
    agent.watched.length === 0 ? '' : `watches ${plural(agent.watched.length, 'settings file')}`,
  ]);
  for (const text of table(rows)) out.line(text);
  if (rows.length === 0) out.line(typed(command, 'no agents yet: `castellan connect claude-code`'));
  return EXIT.done;
}
