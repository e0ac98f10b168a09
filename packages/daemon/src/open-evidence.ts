// Joins what evidence needs to leave: the forms of this daemon, exports, and the collectors of the configuration.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Query } from '@castellan/contract';
import { Exports, Forwards, formsOf, type Select } from './evidence/index.ts';
import { Shares } from './http/index.ts';
import { createSendHttp } from './notify/index.ts';
import type { Parts } from './surfaces/index.ts';

/** So that one person, with as many programs as they like, keeps nobody else out. */
const PLACES = { each: 2, all: 6 } as const;

export interface Evidence {
  readonly exports: Exports;
  readonly forwards: Forwards;
  readonly select: (query: Query) => Select | null;
}

/** The forwards are closed with `stack`. */
export async function openEvidence(parts: Parts, version: string, stack: AsyncDisposableStack): Promise<Evidence> {
  const forms = formsOf({ version, host: hostname(), pid: process.pid });
  const select: Evidence['select'] = (query) =>
    query.length === 0 ? null : (at, limit) => parts.search.find({ query, order: 'oldest', at, limit });
  const exports = new Exports({ ...parts, forms, places: new Shares(PLACES) });
  const forwards = stack.use(
    await Forwards.open({
      ...parts,
      forms,
      select,
      config: () => parts.policy.policy.config,
      sendHttp: createSendHttp(parts.clock),
      readAuthority: (path) => readFileSync(path, 'utf8'),
    }),
  );
  return { exports, forwards, select };
}
