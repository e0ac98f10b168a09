// Where one module stands: what was accepted of it, what it offered last, and what of it may be used now. Pure.
// INVARIANT: a definition is offered only as it was accepted; whatever stands in doubt is left out, and a person is told why.
import {
  canonicalJson,
  type Definition,
  type Difference,
  type Digest,
  type JsonValue,
  type Manifest,
  type McpStart,
  type ModuleLock,
  type ModuleSandbox,
  type ServerState,
} from '@castellan/contract';
import { compare, compareServer, type ManifestGaps, manifestGaps, type Seen } from '@castellan/gateway';
import type { ModuleView as PolicyModule } from '@castellan/policy';
import { sha256 } from '../digest.ts';
import { type Foreign, nothingOf, saidIn } from './bound-lock.ts';
import type { Kept, SeenThen } from './lock-files.ts';

export interface Stopped {
  readonly state: Extract<ServerState, 'held' | 'refused' | 'unaccepted'>;
  /** One line, with what to do. */
  readonly why: string;
}

export interface Standing {
  readonly name: string;
  readonly policy: PolicyModule;
  /** Null: it is no server. */
  readonly start: McpStart | null;
  /** Walls around its server; null: none. */
  readonly sandbox: ModuleSandbox | null;
  readonly lock: ModuleLock | null;
  /** Its file holds a lock that nobody accepted as it is; nothing of it counts. */
  readonly foreign: ModuleLock | null;
  readonly gaps: ManifestGaps | null;
  readonly seen: SeenThen | null;
  readonly differences: readonly Difference[];
  /** What may be used: of the lock, without what is held back. */
  readonly offered: readonly Definition[];
  /** How many definitions are held back. */
  readonly quarantined: number;
  /** Why nothing of it is served; null: it is. */
  readonly stopped: Stopped | null;
}

export interface Known {
  readonly policy: PolicyModule;
  readonly sandbox: ModuleSandbox | null;
  readonly lock: Kept<ModuleLock>;
  readonly foreign: Foreign | null;
  readonly seen: Kept<SeenThen>;
  /** What other modules may show, by their names. */
  readonly others: ReadonlyMap<string, readonly Definition[]>;
}

/** Between a module's name and a tool's in the names that clients see. */
export const BETWEEN = '__';

/** Comes with Castellan: it sorts tools, and says of no server that it was accepted. */
export const isShipped = (source: string): boolean => source.startsWith('shipped/');

export const startOf = ({ start }: Manifest): McpStart | null =>
  start.kind === 'mcp' || start.kind === 'mcp-http' ? start : null;

/** Of exactly what a server says: what `accept` must name. */
export const digestOfSeen = (seen: Seen): Digest => {
  const { identity, server, instructions, capabilities, definitions } = seen;
  const said = { identity, server, instructions, capabilities };
  const listed = definitions.map(({ kind, name, digest }) => ({ kind, name, digest }));
  return sha256(canonicalJson({ ...said, definitions: listed } as JsonValue));
};

export function standingOf({ policy, sandbox, lock: kept, foreign, seen: then, others }: Known): Standing {
  const { manifest } = policy;
  const { name } = manifest;
  const start = startOf(manifest);
  const lock = kept.kind === 'kept' ? kept.value : null;
  const gaps = lock === null || start === null ? null : manifestGaps(manifest, lock.definitions);
  // What a person may take on: what the server offered last, or else what the strange lock says of it.
  const proposed =
    foreign === null ? null : { at: foreign.lock.acceptedAt, restless: false, seen: saidIn(foreign.lock) };
  const seen = then.kind === 'kept' ? then.value : proposed;
  const base = foreign === null ? lock : (foreign.before ?? nothingOf(foreign.lock));
  const differs = base === null || seen === null || start === null ? null : differencesOf(base, seen.seen, others);
  const stopped = start === null ? null : (stoppedOf(policy, kept, foreign, gaps, differs) ?? heldWhole(name, then));
  // As it was accepted and as it was seen last: what is gone is not offered either.
  const now = differs === null ? null : new Set(seen?.seen.definitions.map(exactly));
  const offered = (lock?.definitions ?? []).filter((each) => now === null || now.has(exactly(each)));
  return {
    name,
    policy,
    start,
    sandbox: start?.kind === 'mcp' ? sandbox : null,
    lock,
    gaps,
    foreign: foreign?.lock ?? null,
    seen: differs === null || (foreign === null && differs.differences.length === 0) ? null : seen,
    differences: differs?.differences ?? [],
    offered: stopped === null ? offered : [],
    quarantined: differs?.quarantined ?? 0,
    stopped,
  };
}

export interface Differs {
  readonly differences: readonly Difference[];
  readonly quarantined: number;
  readonly held: string | null;
}

const exactly = ({ kind, name, digest }: Definition): string => `${kind} ${digest} ${name}`;
export const refOf = ({ kind, name }: Pick<Definition, 'kind' | 'name'>): string => `${kind} ${name}`;

/** Everything that a server says otherwise than it was accepted. */
export function differencesOf(
  lock: ModuleLock,
  seen: Seen,
  others: ReadonlyMap<string, readonly Definition[]>,
): Differs {
  const server = compareServer(lock, seen);
  const definitions = compare(lock.definitions, seen.definitions, others);
  const identity = server.find(({ change }) => change === 'identity');
  return {
    differences: [...server, ...definitions.differences],
    quarantined: definitions.quarantine.length,
    held: identity === undefined ? null : identity.text,
  };
}

function stoppedOf(
  { manifest: { name }, accepted, source }: PolicyModule,
  lock: Kept<ModuleLock>,
  foreign: Foreign | null,
  gaps: ManifestGaps | null,
  differs: Differs | null,
): Stopped | null {
  const stop = (state: Stopped['state'], why: string): Stopped => ({ state, why });
  const shipped = isShipped(source);
  if (name.includes(BETWEEN))
    return stop('refused', `its name has \`${BETWEEN}\`, which stands between a module and a tool: give it another`);
  if (lock.kind === 'broken')
    return stop('refused', `its lock ${lock.why}: look at \`modules/${name}.lock.json\`, or remove and add it again`);
  if (shipped)
    return stop('unaccepted', `it is not set up: \`castellan modules add ${name}\` puts its server behind the gate`);
  if (!accepted)
    return stop('unaccepted', `nobody accepted \`${source}\` as it is now: \`castellan modules accept ${name}\``);
  if (foreign !== null)
    return stop(
      'unaccepted',
      `nobody accepted \`modules/${name}.lock.json\` as it is now: \`castellan modules accept ${name}\` shows it`,
    );
  if (lock.kind === 'none')
    return stop('unaccepted', `nobody looked at what it offers yet: \`castellan modules add ${name}\``);
  if (gaps?.refuse === true)
    return stop('refused', `${gaps.lines[0] ?? 'its manifest does not fit it'}: correct \`${source}\``);
  if (differs !== null && differs.held !== null)
    return stop('held', `${differs.held}: \`castellan modules inspect ${name}\` shows it`);
  return null;
}

/** Nothing of it is used until a person looks: what was held back cannot be read, or it changes too often to be told. */
export function heldWhole(name: string, seen: Kept<SeenThen>): Stopped | null {
  switch (seen.kind) {
    case 'none':
      return null;
    case 'kept': {
      const why = `it offered something else again within a minute: \`castellan modules inspect ${name}\` shows it`;
      return seen.value.restless ? { state: 'held', why } : null;
    }
    case 'broken': {
      const why = `what was held back of it cannot be read: \`modules/${name}.seen.json\` ${seen.why}`;
      return { state: 'refused', why: `${why}: \`castellan modules restart ${name}\` looks at it again` };
    }
  }
}
