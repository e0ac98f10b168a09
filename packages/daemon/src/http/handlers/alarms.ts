// A person has seen an alarm that does not end with what caused it: nobody else can say so, and no other alarm ends by it.
import { actorName } from '@castellan/contract';
import type { SignInWatch } from '../../alarms/index.ts';
import type { Escapes } from '../../escapes/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

export function alarmHandlers(
  escapes: Pick<Escapes, 'see'>,
  signIns: Pick<SignInWatch, 'see'>,
): Pick<Handlers, 'seeAlarm'> {
  return {
    seeAlarm({ params, actor }) {
      const id = params.id ?? '';
      const name = actorName(actor);
      const seen =
        escapes.see(id, name) ?? signIns.see(id, { name, signIn: actor.kind === 'person' ? actor.signIn : null });
      if (seen === 'own')
        throw new Refused('not_permitted', 'this sign-in is one of those that rang', {
          hint: 'say so from another one: `castellan alarms seen` on the machine itself',
        });
      if (seen === 'token')
        throw new Refused('not_permitted', 'a token saw no sign-in', {
          hint: 'a person says so: `castellan alarms seen` on the machine itself',
        });
      if (seen !== null) return seen;
      throw new Refused('not_found', 'no such alarm is open that a person ends', {
        hint: 'it may say more by now: `castellan alarms` lists what is open; every other alarm ends with what caused it',
      });
    },
  };
}
