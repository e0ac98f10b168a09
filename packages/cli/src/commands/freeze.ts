// `castellan freeze` and `thaw`: nothing an agent asks for runs, until a person says so.
import { connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { connectPerson } from '../session/person.ts';
import { visible } from '../text/visible.ts';

export async function setFrozen(
  { world, out }: Context,
  named: string | undefined,
  frozen: boolean,
  options: JsonOption,
): Promise<ExitCode> {
  const verb = frozen ? 'freeze' : 'thaw';
  const refused = refuseUnderAgent(world, out, verb);
  if (refused !== undefined) return refused;
  // Holding an agent back needs nobody; letting it go on does.
  const connection = frozen ? connect(world, out) : await connectPerson(world, out, verb);
  if (typeof connection === 'number') return connection;
  const listed = await connection.client.agents();
  if (!listed.ok) return tell(out, listed.error);
  const connected = listed.value.agents.filter((each) => each.revokedAt === null);
  const able = connected.filter((each) => (each.frozen === null) === frozen);
  if (named !== undefined && connected.some((each) => each.name === named) && !able.some((each) => each.name === named))
    return out.error(`${visible(named)} is ${frozen ? 'frozen already' : 'not frozen'}`, [
      '`castellan agents` lists them',
    ]);
  const [only] = able;
  if (named === undefined && (only === undefined || able.length > 1))
    return only === undefined
      ? out.error(frozen ? 'there is no agent to freeze' : 'no agent is frozen', ['`castellan agents` lists them'])
      : out.error('say which agent', [able.map((each) => visible(each.name)).join(', ')], EXIT.usage);
  const byName = able.filter((each) => each.name === named);
  const ids = byName.length === 1 ? byName.map((each) => each.id) : able.map((each) => each.id);
  const picked =
    byName.length === 1 && byName[0] !== undefined
      ? { id: byName[0].id }
      : pickOrTell(out, 'agent', ids, named ?? only?.id ?? '', 'castellan agents');
  if (typeof picked === 'number') return picked;
  const { client } = connection;
  const answer = await (frozen ? client.freeze({ params: picked }) : client.thaw({ params: picked }));
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else
    out.line(
      frozen
        ? `${visible(answer.value.name)} is frozen: nothing it asks for runs until \`castellan thaw\``
        : `${visible(answer.value.name)} goes on; what it did is in \`castellan log\``,
    );
  return EXIT.done;
}
