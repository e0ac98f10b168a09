// `castellan alarms`: what a person must see, and `seen`, which ends those that do not end by themselves.
import { type Alarm, endsBySeeing } from '@castellan/contract';
import { typed } from '../command.ts';
import { ask, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { connectPerson } from '../session/person.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration } from '../text/words.ts';
import { shortId } from './pending.ts';

export async function alarmsList({ world, out, command }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.status());
  if (typeof answer === 'number') return answer;
  const alarms = answer.value.alarms.filter(({ endedAt }) => endedAt === null);
  if (options.json) out.json({ alarms });
  else if (alarms.length === 0) out.line('no alarm is open');
  else out.lines(alarms.flatMap((alarm) => alarmLines(alarm, world.clock.now(), command)));
  return EXIT.done;
}

const alarmLines = (alarm: Alarm, now: number, command: string): readonly Line[] => [
  line(`${shortId(alarm.id)}  ${alarm.kind}, ${duration(now - alarm.since)} ago`, 'strong'),
  line(`  ${visible(alarm.text)}`, 'danger'),
  line(`  hint: ${typed(command, visible(alarm.hint))}`),
];

export async function alarmsSeen(
  { world, out }: Context,
  id: string | undefined,
  options: JsonOption,
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'alarms seen');
  if (typeof connection === 'number') return connection;
  const status = await connection.client.status();
  if (!status.ok) return tell(out, status.error);
  const open = status.value.alarms.filter((alarm) => endsBySeeing(alarm) && alarm.endedAt === null);
  const [only] = open;
  if (id === undefined && (only === undefined || open.length > 1))
    return only === undefined
      ? out.error('no alarm is open that you end', ['every other alarm ends with what caused it'])
      : out.error('say which alarm', [`open: ${open.map((alarm) => shortId(alarm.id)).join(', ')}`], EXIT.usage);
  const ids = open.map((alarm) => alarm.id);
  const picked = pickOrTell(out, 'alarm', ids, id ?? only?.id ?? '', 'castellan alarms');
  if (typeof picked === 'number') return picked;
  const answer = await connection.client.seeAlarm({ params: { id: picked.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else {
    // It may say more than what was read a moment ago.
    out.line(`${shortId(picked.id)} is over: ${visible(answer.value.text)}`);
    out.line(
      answer.value.kind === 'unexplained'
        ? 'the same rings again after 30 days, anything else at once'
        : 'from now on it is usual for them',
    );
  }
  return EXIT.done;
}
