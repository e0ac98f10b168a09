// What one running server offers, beside what people accepted of its module. INVARIANT: of both it must be the very same
// definition. Another server of the module may offer it as accepted while this one does not; and the other way round.
import {
  canonicalJson,
  type Definition,
  type DefinitionKind,
  type JsonObject,
  type JsonValue,
} from '@castellan/contract';
import type { Seen } from '../host.ts';
import { sha256 } from './identity.ts';

/** The digest of what may be used; `held`: it was accepted, and is not to be used now; `unknown`: nobody accepted such a thing. */
export type Accepted = (kind: DefinitionKind, name: string) => Definition['digest'] | 'held' | 'unknown';

export interface Used {
  readonly method: string;
  readonly params: JsonObject;
  readonly pinned: Pick<Definition, 'kind' | 'name' | 'digest'> | null;
}

const key = (kind: DefinitionKind, name: string): string => `${kind} ${name}`;

export class OwnOffer {
  /** Of everything that is compared with a lock. */
  readonly mark: string;
  readonly #digests: ReadonlyMap<string, string>;

  constructor({ identity, server, instructions, capabilities, definitions, unusable }: Seen) {
    this.#digests = new Map(definitions.map(({ kind, name, digest }) => [key(kind, name), digest]));
    const listed = [...this.#digests].sort(([a], [b]) => (a < b ? -1 : 1));
    const said = { identity, server, instructions, capabilities, listed, unusable: unusable ?? [] };
    this.mark = sha256(canonicalJson(said as unknown as JsonValue));
  }

  has(kind: DefinitionKind, name: string, digest: string): boolean {
    return this.#digests.get(key(kind, name)) === digest;
  }
}

/** By their methods, for a caller that names no definition. */
const NAMED: ReadonlyMap<string, readonly [kind: DefinitionKind, member: string]> = new Map([
  ['tools/call', ['tool', 'name']],
  ['prompts/get', ['prompt', 'name']],
  ['resources/read', ['resource', 'uri']],
  ['resources/subscribe', ['resource', 'uri']],
]);

/** The name of what must not be used; null: it may be, or nothing that was accepted is used. */
export function heldBack({ method, params, pinned }: Used, accepted: Accepted, own: OwnOffer | null): string | null {
  const [kind, member] = pinned === null ? (NAMED.get(method) ?? []) : [pinned.kind, null];
  if (kind === undefined) return null;
  const name = pinned?.name ?? (typeof member === 'string' ? params[member] : undefined);
  if (typeof name !== 'string') return null;
  const digest = accepted(kind, name);
  // Most addresses are in no list: a template made them, or a result linked to them.
  if (digest === 'unknown') return pinned === null && kind === 'resource' ? null : name;
  if (digest === 'held' || (pinned !== null && pinned.digest !== digest)) return name;
  return own?.has(kind, name, digest) === true ? null : name;
}
