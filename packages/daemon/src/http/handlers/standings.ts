// How agents stand behind the gate, and proving one at a person's word.
import { isAgentId } from '../../identity/index.ts';
import type { Verifications } from '../../verification/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

export function standingHandlers(verifications: Verifications): Pick<Handlers, 'standings' | 'verifyAgent'> {
  return {
    standings: async () => ({ standings: [...(await verifications.standings())] }),
    async verifyAgent({ params }) {
      const id = params.id ?? '';
      const began = isAgentId(id) ? await verifications.start(id) : null;
      if (began === null) throw new Refused('not_found', 'no such agent', { hint: '`castellan agents` lists them' });
      if (began.kind === 'refused') throw new Refused('conflict', began.why, { hint: began.hint });
      return began.verification;
    },
  };
}
