// Which schedule is meant: by its name, or by any part of its id that no other has.
import type { Client } from '@castellan/client';
import type { Schedule } from '@castellan/contract';
import { tell } from '../../connection.ts';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { pickOrTell } from '../../pick-id.ts';
import { visible } from '../../text/visible.ts';

export async function scheduleOf(out: Output, client: Client, part: string): Promise<Schedule | ExitCode> {
  const answer = await client.schedules();
  if (!answer.ok) return tell(out, answer.error);
  const { schedules } = answer.value;
  const named = schedules.filter(({ name }) => name === part);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  // Of before names were alone: each is told by its id.
  if (named.length > 1)
    return out.error(
      `there are ${named.length} schedules \`${visible(part)}\`: ${named.map(({ id }) => `\`${id}\``).join(', ')}`,
      ['name one by its id'],
      EXIT.usage,
    );
  const ids = schedules.map(({ id }) => id);
  const picked = pickOrTell(out, 'schedule', ids, part, 'castellan schedule list');
  if (typeof picked === 'number') return picked;
  return schedules.find(({ id }) => id === picked.id) ?? out.error('there is no such schedule');
}
