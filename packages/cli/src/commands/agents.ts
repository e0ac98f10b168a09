// `castellan agents`: who stands behind it, how it was proven, and what is known to get past it.
import type { Agent, Standing, Status } from '@castellan/contract';
import { typed } from '../command.ts';
import { connect as connectDaemon, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { clientText, oneStandingLines, openText, standingWord } from '../text/standing-text.ts';
import { type Line, line, pieced } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration, isHeld } from '../text/words.ts';
import { labelled } from '../text/wrap.ts';

export async function agents(context: Context, part: string | undefined, options: JsonOption): Promise<ExitCode> {
  const { world, out, command } = context;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const [answer, standing, status] = await Promise.all([client.agents(), client.standings(), client.status()]);
  if (!answer.ok) return tell(out, answer.error);
  if (!standing.ok) return tell(out, standing.error);
  if (!status.ok) return tell(out, status.error);
  const connected = answer.value.agents.filter((agent) => agent.revokedAt === null);
  const standings = standing.value.standings;
  if (part !== undefined) return one(context, connected, standings, part, options);
  if (options.json) {
    out.json({ agents: connected, standings });
    return EXIT.done;
  }
  const now = world.clock.now();
  const shown = connected.filter(isHeld);
  for (const agent of shown) {
    const of = standings.find((each) => each.agent === agent.id);
    out.lines(agentLines(agent, of, { width: out.width, now, sandbox: status.value.sandbox }));
  }
  if (shown.length === 0) out.line(typed(command, 'no agents yet: `castellan connect` shows what is here'));
  return EXIT.done;
}

/** Two or three lines each: who, how it stands, and what is out of the ordinary. */
function agentLines(
  agent: Agent,
  standing: Standing | undefined,
  { width, now, sandbox }: { readonly width: number; readonly now: number; readonly sandbox: Status['sandbox'] | null },
): readonly Line[] {
  const seen = agent.lastSeenAt === null ? 'never seen' : `seen ${duration(now - agent.lastSeenAt)} ago`;
  const client = standing === undefined ? agent.kind : clientText(standing);
  const head = pieced([
    line(visible(agent.name), 'strong'),
    line(`  ${client}`),
    line(`  ${agent.id}  ${seen}`, 'quiet'),
  ]);
  const frozen = agent.frozen === null ? [] : [`FROZEN: ${visible(agent.frozen.why)}`];
  if (standing === undefined)
    return [head, ...frozen.flatMap((text) => labelled('  ', text, width)).map((text) => line(text, 'danger'))];
  const word = standingWord(standing, now);
  const where = [standing.scope, standing.mode].filter((each) => each !== null).join(', ');
  const facts = [where, wallsOf(standing, sandbox), openText(standing.gaps)].filter((text) => text !== '').join('; ');
  return [
    head,
    ...frozen.flatMap((text) => labelled('  ', text, width)).map((text) => line(text, 'danger')),
    ...labelled('  ', word.text, width).map((text) => line(text, word.tone)),
    ...(facts === '' ? [] : [line(`  ${facts}`, 'quiet')]),
  ];
}

/** Only what `run` starts can have any. */
function wallsOf({ scope }: Standing, sandbox: Status['sandbox'] | null): string {
  if (scope !== 'isolated' || sandbox === null) return '';
  const { runs, walls } = sandbox;
  if (walls === null) return 'no walls on this machine';
  return runs === 'always' ? 'runs within walls' : 'walls with `run --sandbox`';
}

async function one(
  { world, out }: Context,
  connected: readonly Agent[],
  standings: readonly Standing[],
  part: string,
  options: JsonOption,
): Promise<ExitCode> {
  const named = connected.filter(
    ({ id, name }) => name === part || standings.some(({ agent, connector }) => agent === id && connector === part),
  );
  const ids = connected.map(({ id }) => id);
  const picked = named.length > 0 ? named : pickOrTell(out, 'agent', ids, part, 'castellan agents');
  if (typeof picked === 'number') return picked;
  const meant = 'id' in picked ? connected.filter(({ id }) => id === picked.id) : picked;
  const of = (agent: Agent): Standing | undefined => standings.find((each) => each.agent === agent.id);
  if (options.json) {
    out.json({ agents: meant, standings: meant.flatMap((agent) => of(agent) ?? []) });
    return EXIT.done;
  }
  for (const [at, agent] of meant.entries()) {
    if (at > 0) out.line();
    const standing = of(agent);
    if (standing === undefined)
      out.lines(agentLines(agent, undefined, { width: out.width, now: world.clock.now(), sandbox: null }));
    else out.lines(oneStandingLines(standing, agent.name, { width: out.width, now: world.clock.now() }));
  }
  return EXIT.done;
}
