// `castellan agents`: who stands behind it.
import { typed } from '../command.ts';
import { ask } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { duration, isHeld, plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';

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
