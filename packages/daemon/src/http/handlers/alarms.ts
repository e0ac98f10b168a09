// A person has seen an alarm about what nothing explains: nobody else can say so, and no other alarm ends by it.
import { actorName } from '@castellan/contract';
import type { Escapes } from '../../escapes/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

export function alarmHandlers(escapes: Escapes): Pick<Handlers, 'seeAlarm'> {
  return {
    seeAlarm({ params, actor }) {
      const seen = escapes.see(params.id ?? '', actorName(actor));
      if (seen !== null) return seen;
      throw new Refused('not_found', 'no such alarm is open that a person ends', {
        hint: 'it may say more by now: `castellan alarms` lists what is open; every other alarm ends with what caused it',
      });
    },
  };
}
