// What proves a call to others, and what seals old records.
import { actorName, callIdSchema } from '@castellan/contract';
import { LedgerError } from '@castellan/ledger';
import type { Records } from '../../records/index.ts';
import { type Retention, SealFault } from '../../retention/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type ProofHandlers = Pick<Handlers, 'callProof' | 'sealLedger'>;

export function proofHandlers(records: Pick<Records, 'proveCall'>, retention: Pick<Retention, 'seal'>): ProofHandlers {
  return {
    async callProof({ params, query }) {
      const call = callIdSchema.safeParse(params.id);
      if (!call.success) throw new Refused('not_found', 'no such call', { hint: '`castellan log` shows their ids' });
      const since = query.since === undefined ? undefined : Buffer.from(query.since, 'base64url');
      const result = await records.proveCall(call.data, since);
      if (result.kind === 'proved') return { proof: result.proof };
      const { code, message, hint } = result;
      throw new Refused(code === 'unknown' ? 'not_found' : 'conflict', message, { hint });
    },
    async sealLedger({ actor, body }) {
      try {
        return await retention.seal({ by: actorName(actor), days: body.days, dryRun: body.dryRun });
      } catch (error) {
        if (error instanceof SealFault) throw new Refused('conflict', error.message, { hint: error.hint });
        if (error instanceof LedgerError) throw new Refused('failed', error.message, { hint: error.hint });
        throw error;
      }
    },
  };
}
