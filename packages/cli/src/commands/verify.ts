// `castellan verify`: the daemon runs canaries through the real client; here it is begun, watched and told.
import { connectorNamed } from '@castellan/agents';
import type { Client } from '@castellan/client';
import type { Agent, AgentId, Standing, Verification } from '@castellan/contract';
import { connect as connectDaemon, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { type Line, painter } from '../text/tone.ts';
import { verificationLines } from '../text/verify-table.ts';
import { visible } from '../text/visible.ts';

const LOOK_MS = 400;
/** Redrawn in place. */
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`);

interface Chosen {
  readonly standing: Standing;
  readonly name: string;
}

export async function verify(context: Context, part: string | undefined, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const chosen = await choose(context, client, part);
  if (typeof chosen === 'number') return chosen;
  const results: Verification[] = [];
  for (const each of chosen) {
    const begun = await client.verifyAgent({ params: { id: each.standing.agent } });
    if (!begun.ok) return tell(out, begun.error);
    const ended = await watch(context, client, each, begun.value, options.json === true);
    if (typeof ended === 'number') return ended;
    results.push(ended);
  }
  const ok = results.every(({ state }) => state === 'held');
  if (options.json === true) out.json({ ok, agents: results });
  if (ok) return EXIT.done;
  const failed = chosen.filter((_, at) => results[at]?.state !== 'held');
  const names = failed.map(({ name }) => `\`${visible(name)}\``);
  const isOpen = results.some(({ state }) => state === 'not-held');
  return out.error(
    isOpen ? `not held: ${names.join(', ')}` : `could not be proven: ${names.join(', ')}`,
    isOpen
      ? [
          '`castellan freeze` stops it until this is mended',
          ...failed.flatMap(({ standing }) => againLines(standing)),
          'then verify once more; a file of ours that somebody replaced is moved away first',
        ]
      : ['mend what it says above, then verify once more'],
  );
}

/** What writes the entries of exactly this connection again. */
const againLines = ({ connector, scope }: Standing): readonly string[] =>
  connector === null || scope === null
    ? []
    : [`\`castellan connect ${connector} --scope ${scope}\` writes its entries again`];

/** The agents meant: by a name, a client's name or a part of an id; without one, each that can be proven. */
async function choose(
  { out }: Context,
  client: Client,
  part: string | undefined,
): Promise<readonly Chosen[] | ExitCode> {
  const [agents, standings] = await Promise.all([client.agents(), client.standings()]);
  if (!agents.ok) return tell(out, agents.error);
  if (!standings.ok) return tell(out, standings.error);
  const nameOf = (id: AgentId): string => agents.value.agents.find((agent: Agent) => agent.id === id)?.name ?? id;
  const all = standings.value.standings.map((standing) => ({ standing, name: nameOf(standing.agent) }));
  if (part !== undefined) {
    const named = all.filter(({ standing, name }) => name === part || standing.connector === part);
    if (named.length > 0) return named;
    const picked = pickOrTell(
      out,
      'agent',
      all.map(({ standing }) => standing.agent),
      part,
      'castellan agents',
    );
    return typeof picked === 'number' ? picked : all.filter(({ standing }) => standing.agent === picked.id);
  }
  const provable = all.filter(
    ({ standing: { connector } }) => connector !== null && connectorNamed(connector)?.verify != null,
  );
  if (provable.length > 0) return provable;
  return all.length === 0
    ? out.error('no agent is connected', ['`castellan connect` shows what can be'])
    : out.error('none of the connected agents can be started by a program', [
        'their gaps are in `castellan agents`; Claude Code, OpenCode and Codex can be proven',
      ]);
}

/** Until it has ended. In a terminal the table fills in place; elsewhere it is printed once, whole. */
async function watch(
  { world, out }: Context,
  client: Client,
  { standing, name }: Chosen,
  begun: Verification,
  isQuiet: boolean,
): Promise<Verification | ExitCode> {
  const isLive = !isQuiet && world.stdout.isTTY === true && world.env.TERM !== 'dumb';
  const paint = painter(world.env.NO_COLOR === undefined);
  const title = name === standing.title || name === standing.connector ? standing.title : `${name}: ${standing.title}`;
  const draw = (verification: Verification): readonly Line[] =>
    verificationLines(title, verification, { width: out.width, now: world.clock.now() });
  let drawn = 0;
  let shown = '';
  let last = begun;
  const show = (lines: readonly Line[]): void => {
    const text = lines.map((each) => `${paint(each)}\n`).join('');
    if (text === shown) return;
    world.stdout.write(up(drawn) + text);
    drawn = lines.length;
    shown = text;
  };
  while (last.state === 'running') {
    if (isLive) show(draw(last));
    await world.clock.pause(LOOK_MS);
    const answer = await client.standings();
    if (!answer.ok) return tell(out, answer.error);
    const found = answer.value.standings.find(({ agent }) => agent === standing.agent)?.verification;
    if (found == null || found.startedAt < begun.startedAt)
      return out.error('the verification is gone: the agent was disconnected, or the daemon was started anew');
    last = found;
  }
  if (isLive) show(draw(last));
  else if (!isQuiet) out.lines(draw(last));
  return last;
}
