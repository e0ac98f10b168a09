// Which schedule is meant: by its name, or by any part of its id that no other has.
import type { Client } from '@castellan/client';
import type { Schedule } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { ExitCode, Output } from '../../output.ts';
import { pickOrTell } from '../../pick-id.ts';

export async function scheduleOf(out: Output, client: Client, part: string): Promise<Schedule | ExitCode> {
  const answer = await client.schedules();
  if (!answer.ok) return tell(out, answer.error);
  const { schedules } = answer.value;
  const named = schedules.filter(({ name }) => name === part);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  const ids = (named.length > 1 ? named : schedules).map(({ id }) => id);
  const picked = pickOrTell(out, 'schedule', ids, named.length > 1 ? '' : part, 'castellan schedule list');
  if (typeof picked === 'number') return picked;
  return schedules.find(({ id }) => id === picked.id) ?? out.error('there is no such schedule');
}
