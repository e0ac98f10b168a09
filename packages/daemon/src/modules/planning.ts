// What adding a server would mean: packages made exact, the server started once where asked to, everything it offers read and
// looked through. INVARIANT: a value that looks like a secret is turned away before it is written or given to anything.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Definition, Finding, Manifest, McpStart, ModuleLock, RouteBody } from '@castellan/contract';
import {
  annotationLints,
  compare,
  foldSameNames,
  isOpenWay,
  type Looked,
  manifestFor,
  manifestGaps,
  pinsRuntimeOnly,
  type Resolving,
  resolveStart,
  type Seen,
  type ServerWalls,
  scan,
  scanInstructions,
  secretInTheOpen,
  type Upstreams,
} from '@castellan/gateway';
import { lintManifest, type ObservedTool } from '@castellan/policy';
import { removeOwnFolder } from '@castellan/sandbox';
import { type Answer, done, type FaultCode, fault, type ModuleFault } from './fault.ts';
import type { ModulesHost } from './host.ts';
import { nameFor, type Sorting, shippedFault, sortingOf } from './names.ts';
import { packageFault } from './packages.ts';
import type { Planned } from './plans.ts';
import type { Registry } from './registry.ts';
import { startOf } from './standing.ts';
import type { WallsFor } from './walls.ts';

export interface PlanningHost {
  readonly host: ModulesHost;
  readonly registry: Registry;
  readonly upstreams: Upstreams;
  /** Around what is looked at. */
  readonly walls: WallsFor;
  readonly newId: () => string;
  /** Starts that whoever asks was shown a moment ago, as we resolved them. */
  readonly resolvedBefore: readonly McpStart[];
}

const UNSORTED: Sorting = { sorted: null, byFileName: null };

const CODES: Readonly<Record<'refused' | 'not-found' | 'failed' | 'cancelled', FaultCode>> = {
  refused: 'bad',
  'not-found': 'bad',
  failed: 'failed',
  cancelled: 'failed',
};

interface Value {
  readonly where: string;
  readonly value: string;
  /** Of a variable or a header. */
  readonly called: string | null;
}

/** Everything that is written into a manifest, or shown to whoever lists processes. */
function valuesOf(start: McpStart): readonly Value[] {
  const named = (kind: string, values: Readonly<Record<string, string>>): readonly Value[] =>
    Object.entries(values).map(([name, value]) => ({ where: `${kind} \`${name}\``, value, called: name }));
  if (start.kind === 'mcp-http')
    return [{ where: 'the address', value: start.url, called: null }, ...named('the header', start.headers)];
  const words = start.args.map((value): Value => ({ where: 'an argument', value, called: null }));
  return [...named('the variable', start.env), ...words];
}

/** The last word of a name whose value is a secret, whatever it looks like. */
const TELLING: ReadonlySet<string> = new Set(
  'token secret password passwd passphrase key apikey credential credentials authorization cookie bearer'.split(' '),
);
const VAULT_PLACE = /\$\{secret:[^}]*\}/;

function isTelling(name: string): boolean {
  const last = name.toLowerCase().split(/[_-]/).at(-1) ?? '';
  return TELLING.has(last);
}

/** A value that is a secret, by its look or by its name; and one of the vault that others would read. INVARIANT: what it is, is not said. */
export function secretFault(name: string, start: McpStart, hide: (text: string) => string): ModuleFault | null {
  const open = start.kind === 'mcp-http' ? secretInTheOpen(start) : null;
  if (open !== null && start.kind === 'mcp-http')
    return fault(
      'bad',
      `the header \`${open}\` has a secret, and ${new URL(start.url).host} is not reached by https`,
      'give it an address with https: on the way there, others would read the secret',
    );
  const found = valuesOf(start).find(
    ({ value, called }) =>
      hide(value) !== value || (called !== null && isTelling(called) && value !== '' && !VAULT_PLACE.test(value)),
  );
  if (found === undefined) return null;
  const use = start.kind === 'mcp' ? `module:${name}` : `host:${new URL(start.url).host}`;
  return fault(
    'bad',
    `${found.where} looks like a secret, and would be written into a file`,
    `\`castellan secrets add NAME --use ${use}\`, and write \`\${secret:NAME}\` in its place`,
  );
}

/** As a server lists it, for the lints. */
export const observedOf = (definitions: readonly Definition[]): readonly ObservedTool[] =>
  definitions.flatMap(({ kind, definition }) => (kind === 'tool' ? [definition as unknown as ObservedTool] : []));

/** Where others on the way may read and answer. */
function wayLints({ start }: Manifest): readonly string[] {
  if (start.kind !== 'mcp-http' || !isOpenWay(start)) return [];
  const { host } = new URL(start.url);
  return [`\`${host}\` is not reached by https: others on the way can read what is sent, and answer in its place`];
}

export const lintsOf = (manifest: Manifest, definitions: readonly Definition[]): string[] => [
  ...wayLints(manifest),
  ...manifestGaps(manifest, definitions).lines,
  ...lintManifest(manifest, observedOf(definitions))
    .filter(({ severity }) => severity !== 'note')
    .map(({ about, message, fix }) => `\`${about}\`: ${message}: ${fix}`),
];

export const findingsOf = (
  manifest: Manifest,
  { definitions, instructions }: Pick<Seen, 'definitions' | 'instructions'>,
): Finding[] => [
  ...(instructions === null ? [] : scanInstructions(instructions)),
  ...definitions.flatMap(scan),
  // A module that offers nothing yet contradicts nothing.
  ...(definitions.length === 0 ? [] : annotationLints(manifest, definitions)),
];

export async function planned(
  { host, registry, upstreams, walls, newId, resolvedBefore }: PlanningHost,
  request: RouteBody<'planModule'>,
  gone: AbortSignal,
): Promise<Answer<Planned>> {
  const { redactor, policy } = host.parts;
  const { modules } = policy.policy;
  const named = nameFor(request.name, modules, (name) => registry.files.lock(name).kind !== 'none');
  if ('ok' in named) return named;
  const secret = secretFault(request.name, request.start, (text) => redactor.text(text));
  if (secret !== null) return secret;
  const sandbox = request.sandbox ?? (named.kind === 'set-up' ? (registry.find(request.name)?.sandbox ?? null) : null);
  if (sandbox !== null && request.start.kind !== 'mcp')
    return fault(
      'bad',
      'walls stand around what is started here, and this server has an address',
      'leave `sandbox` out',
    );
  const steps: string[] = [];
  const own = named.kind === 'set-up' ? startOf(named.module.manifest) : null;
  const known = own === null ? resolvedBefore : [...resolvedBefore, own];
  const start = await resolved(host, request.start, known, gone, steps);
  if (!start.ok) return start;
  const sortAs = request.sortAs ?? null;
  const shipped = named.kind === 'new' ? shippedFault(request.name, modules, start.value, sortAs) : null;
  if (shipped !== null) return shipped;
  const sorting = named.kind === 'new' ? sortingOf(modules, start.value, sortAs) : UNSORTED;
  if ('ok' in sorting) return sorting;

  const { sorted, byFileName } = sorting;
  const title = request.title ?? (named.kind === 'new' ? request.name : named.module.manifest.title);
  const manifestOf = (definitions: readonly Definition[]): Manifest =>
    named.kind === 'set-up'
      ? { ...named.module.manifest, start: start.value }
      : manifestFor({ name: request.name, title, start: start.value, definitions, safe: [], sorted });
  const about = { id: newId(), sortedBy: sorted?.name ?? null, byFileName, steps, sandbox };
  const kept = { kind: named.kind, sorted, title } as const;
  const unseen = { lock: null, findings: [], differences: [], lints: [] };
  if (!request.look)
    return done({
      ...kept,
      plan: { ...about, ...unseen, manifest: manifestOf([]), needsSignIn: false },
      seen: null,
    });
  const unpinned = await pinsOnly(host, request.name, start.value);
  if (unpinned !== null) steps.push(unpinned);
  steps.push(
    start.value.kind === 'mcp' ? `starting \`${start.value.command}\`` : `asking ${new URL(start.value.url).origin}`,
  );
  const looked = await look(upstreams, request.name, start.value, gone, walls(request.name, sandbox, false));
  switch (looked.kind) {
    case 'fault': {
      const said = looked.stderr.slice(-3).join(' / ');
      return fault('bad', said === '' ? looked.why : `${looked.why}; it said: ${said}`, looked.hint);
    }
    case 'needs-sign-in':
      if (start.value.kind === 'mcp-http')
        steps.push(...((await host.signIns?.foreseen(request.name, start.value)) ?? []));
      return done({
        ...kept,
        plan: { ...about, ...unseen, manifest: manifestOf([]), needsSignIn: true },
        seen: null,
      });
    case 'seen':
      break;
  }
  const { seen } = looked;
  const manifest = manifestOf(seen.definitions);
  const lock = lockOf(request.name, seen, { at: host.parts.clock.now(), by: '' });
  steps.push(`it is ${seen.server.name} ${seen.server.version}, and speaks MCP ${seen.protocol}`);
  return done({
    ...kept,
    plan: {
      ...about,
      manifest,
      lock,
      findings: findingsOf(manifest, seen),
      // Everything is new: what is told is what could be taken for something else.
      differences: [
        ...foldSameNames(compare([], seen.definitions, registry.othersOf(request.name)).differences).filter(
          ({ change }) => change !== 'added',
        ),
        ...(seen.unusable ?? []),
      ],
      lints: [...(unpinned === null ? [] : [unpinned]), ...lintsOf(manifest, seen.definitions)],
      needsSignIn: false,
    },
    seen,
  });
}

export function lockOf(module: string, seen: Seen, accepted: { readonly at: number; readonly by: string }): ModuleLock {
  const { identity, server, instructions, capabilities, definitions } = seen;
  return {
    schema: 'castellan/module-lock/v1',
    module,
    identity,
    server,
    instructions,
    capabilities,
    definitions: [...definitions],
    acceptedAt: accepted.at,
    acceptedBy: accepted.by,
  };
}

/** What a person must know where no file of the server itself is compared at each start. */
async function pinsOnly(host: ModulesHost, name: string, start: McpStart): Promise<string | null> {
  if (start.kind !== 'mcp' || start.package !== undefined) return null;
  const cwd = start.cwd ?? host.parts.folders.serverPath(name);
  if (!(await pinsRuntimeOnly(start, cwd))) return null;
  const { command, args } = start;
  return `only \`${command}\` itself is pinned: what \`${args.slice(0, 2).join(' ').slice(0, 100)}\` runs is no file that could be compared; name the script by its path to pin it`;
}

async function resolved(
  host: ModulesHost,
  start: McpStart,
  known: readonly McpStart[],
  gone: AbortSignal,
  steps: string[],
): Promise<Answer<McpStart>> {
  if (start.kind === 'mcp-http') {
    steps.push(`reaches ${new URL(start.url).origin}`);
    if (start.signInHosts !== undefined)
      steps.push(`signs in at ${start.signInHosts.join(', ')}, which you named, and nowhere else`);
    return done(start);
  }
  const resolving: Resolving = {
    folder: join(host.paths.modules, 'packages'),
    env: host.env,
    hideText: (text) => host.parts.redactor.text(text),
    signal: gone,
    step: () => undefined,
  };
  const strange = packageFault(start, known, resolving.folder);
  if (strange !== null) return strange;
  const exact = await resolveStart(start, resolving);
  if (!exact.ok) return fault(CODES[exact.code], exact.message, exact.hint);
  steps.push(...exact.steps);
  return done(exact.start);
}

/** In an empty folder of its own: nobody's workspace is shown to a server that nobody accepted. */
export async function look(
  upstreams: Upstreams,
  module: string,
  start: McpStart,
  gone: AbortSignal,
  walls: ServerWalls | null,
): Promise<Looked> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-look-'));
  try {
    return await upstreams.look({ module, start, folder, walls }, gone);
  } finally {
    await removeOwnFolder(folder);
  }
}
