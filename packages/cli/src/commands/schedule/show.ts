// `castellan schedule list`, `show` and `preview`.
import { ask, connect, tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { scheduleOf } from './find.ts';
import { inZone, listLines, viewLines } from './words.ts';

export async function scheduleList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.schedules());
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else for (const text of listLines(answer.value.schedules, out.width)) out.line(text);
  return EXIT.done;
}

export async function scheduleShow({ world, out }: Context, part: string, options: JsonOption): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const found = await scheduleOf(out, connection.client, part);
  if (typeof found === 'number') return found;
  const answer = await connection.client.schedule({ params: { id: found.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.lines(viewLines(answer.value, out.width));
  return EXIT.done;
}

/** Where this machine is. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

export async function schedulePreview(
  { world, out }: Context,
  cron: string,
  options: JsonOption & { readonly zone?: string },
): Promise<ExitCode> {
  const timeZone = options.zone ?? ownZone();
  const answer = await ask(world, out, (client) => client.previewSchedule({ body: { cron, timeZone } }));
  if (typeof answer === 'number') return answer;
  const { words, next } = answer.value;
  if (options.json) out.json(answer.value);
  else {
    out.line(`${words}, ${timeZone}`);
    for (const at of next) out.line(`  ${inZone(at, timeZone)}`);
    if (next.length === 0) out.line('  never: no such day comes');
  }
  return EXIT.done;
}
