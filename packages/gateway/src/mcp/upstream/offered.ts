// Everything a server offers, page by page, bounded. INVARIANT: a list is whole or it is a failure; half a list would make
// the rest of what was accepted look removed.
import type { DefinitionKind, Difference, JsonObject } from '@castellan/contract';
import { type Listed, readServer } from '../definitions/index.ts';
import type { Seen } from '../host.ts';
import { sha256 } from './identity.ts';
import { MAX_LISTED, MAX_PAGES } from './limits.ts';
import type { Answer } from './types.ts';

/** What the handshake said. */
export type Said = Omit<Seen, 'identity' | 'definitions' | 'unusable'>;

export type Offered =
  | { readonly ok: true; readonly definitions: Seen['definitions']; readonly unusable: readonly Difference[] }
  | { readonly ok: false; readonly why: string };

interface List {
  readonly capability: string;
  readonly method: string;
  readonly member: string;
  readonly kind: DefinitionKind;
}

const LISTS: readonly List[] = [
  { capability: 'tools', method: 'tools/list', member: 'tools', kind: 'tool' },
  { capability: 'prompts', method: 'prompts/list', member: 'prompts', kind: 'prompt' },
  { capability: 'resources', method: 'resources/list', member: 'resources', kind: 'resource' },
  { capability: 'resources', method: 'resources/templates/list', member: 'resourceTemplates', kind: 'template' },
];
const METHOD_NOT_FOUND = -32601;

type Ask = (method: string, params: JsonObject) => Promise<Answer>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function listAll(ask: Ask, { method, member, kind }: List): Promise<readonly Listed[] | string> {
  const listed: Listed[] = [];
  const cursors = new Set<string>();
  for (let cursor: string | null = null, page = 0; page < MAX_PAGES; page++) {
    const answer: Answer = await ask(method, cursor === null ? {} : { cursor });
    // Templates came later than resources; a server may know the one and not the other.
    if (answer.kind === 'error' && answer.code === METHOD_NOT_FOUND && kind === 'template') return listed;
    if (answer.kind === 'error') return `\`${method}\` failed: ${answer.message.split('\n')[0]} (${answer.code})`;
    if (answer.kind === 'failed') return answer.why;
    if (answer.kind !== 'result') return `\`${method}\` was not answered`;
    const items = answer.result[member];
    if (!Array.isArray(items)) return `\`${method}\` gave no list`;
    for (const raw of items as readonly unknown[]) {
      if (!isObject(raw)) return `\`${method}\` has an entry that is not an object`;
      listed.push({ kind, raw });
    }
    if (listed.length > MAX_LISTED) return `\`${method}\` gives more than ${MAX_LISTED} entries`;
    const next = answer.result.nextCursor;
    if (next === undefined || next === null) return listed;
    if (typeof next !== 'string' || cursors.has(next)) return `\`${method}\` has no end`;
    cursors.add(next);
    cursor = next;
  }
  return `\`${method}\` has more than ${MAX_PAGES} pages`;
}

export async function readOffered(ask: Ask, capabilities: JsonObject): Promise<Offered> {
  const lists = LISTS.filter(({ capability }) => isObject(capabilities[capability]));
  const read = await Promise.all(lists.map((list) => listAll(ask, list)));
  const listed: Listed[] = [];
  for (const list of read) {
    if (typeof list === 'string') return { ok: false, why: list };
    listed.push(...list);
  }
  return { ok: true, ...readServer(listed, sha256) };
}
