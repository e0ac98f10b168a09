// `castellan resume`: a person lets a session that was paused or stopped go on, with the same allowance again.
import { tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { connectPerson } from '../session/person.ts';
import { shortId } from './pending.ts';

export async function resume(
  { world, out }: Context,
  session: string | undefined,
  options: JsonOption,
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'resume');
  if (typeof connection === 'number') return connection;
  const view = await connection.client.limits();
  if (!view.ok) return tell(out, view.error);
  const held = view.value.sessions.filter((each) => each.held !== 'free').map((each) => each.session);
  const [only] = held;
  if (session === undefined && (only === undefined || held.length > 1))
    return only === undefined
      ? out.error('no session is held', ['`castellan limits` lists what each has used'])
      : out.error('say which session', [`held: ${held.map(shortId).join(', ')}`], EXIT.usage);
  const ids = view.value.sessions.map((each) => each.session);
  const picked = pickOrTell(out, 'session', ids, session ?? only ?? '', 'castellan limits');
  if (typeof picked === 'number') return picked;
  const answer = await connection.client.resume({ params: { id: picked.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else
    out.line(
      answer.value.was === 'free'
        ? `${shortId(picked.id)} was not held; its budgets begin again`
        : `${shortId(picked.id)} was ${answer.value.was} and goes on; its budgets begin again`,
    );
  return EXIT.done;
}
