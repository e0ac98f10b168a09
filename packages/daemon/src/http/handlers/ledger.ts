// What happened: records by a query, and the index that queries look into.
import { parseQuery, type Query } from '@castellan/contract';
import type { Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type LedgerHandlers = Pick<Handlers, 'ledger' | 'searchIndex' | 'reindex'>;

/** @throws Refused with every fault of it. */
export function queryOf(text: string | undefined): Query {
  const query = parseQuery(text ?? '');
  if (query.ok) return query.value;
  const [first] = query.faults;
  throw new Refused('bad_request', first?.message ?? 'the query has faults', {
    ...(first?.hint !== undefined && { hint: first.hint }),
    faults: [...query.faults],
  });
}

export function ledgerHandlers({ records, search }: Pick<Parts, 'records' | 'search'>): LedgerHandlers {
  return {
    async ledger({ query: { q, ...page } }) {
      const query = queryOf(q);
      const found = await search.page({ query, ...page });
      return {
        size: records.size,
        checkpoint: records.checkpoint.text,
        ...found,
        records: [...found.records],
        behind: query.length === 0 ? 0 : search.behind,
      };
    },
    searchIndex: () => search.status,
    async reindex() {
      await search.remake();
      return search.status;
    },
  };
}
