// Exports as streams, and collectors. The stream goes on as fast as whoever asked reads, and ends when they do.
import { actorName, type Query } from '@castellan/contract';
import type { Exports, Forwards, Select } from '../../evidence/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';
import { queryOf } from './ledger.ts';

export interface ExportHost {
  readonly exports: Exports;
  readonly forwards: Forwards;
  /** Null: every record. */
  readonly select: (query: Query) => Select | null;
}

export function exportHandlers({
  exports,
  forwards,
  select,
}: ExportHost): Pick<Handlers, 'exportLedger' | 'forwards' | 'testForward'> {
  return {
    async exportLedger({ query: { as, q }, actor, reply }) {
      const opened = await exports.open({ by: actorName(actor), as, query: q, select: select(queryOf(q)) });
      if (opened === null)
        throw new Refused('rate_limited', 'too many exports at once', {
          hint: 'wait until one of yours has ended',
          retryAfter: 5,
        });
      const { stream, type } = opened;
      // Also where whoever asked is gone before the first byte: the place is given back.
      reply.raw.once('close', () => stream.destroy());
      if (reply.raw.destroyed) stream.destroy();
      reply.headers({ 'content-type': type, 'content-disposition': 'attachment' });
      return reply.send(stream);
    },
    forwards: () => ({ forwards: [...forwards.list()] }),
    async testForward({ params }) {
      const told = await forwards.test(params.name ?? '');
      if (told !== null) return told;
      throw new Refused('not_found', 'no such forward', { hint: 'name it under `forward` in config.yaml' });
    },
  };
}
