// Whether a manifest can be believed (P10): each tool's class against its name, its declared effects, and what its server
// says of it. INVARIANT: a server's word is only ever used against a tool: a hint that it is harmless proves nothing.
import type { DeclaredEffect, EffectKind, JsonObject, JsonValue, Manifest } from '@castellan/contract';
import type { Finding, Severity } from './finding.ts';
import type { ListedTool } from './tool-effects.ts';

/** A tool as its server lists it (Model Context Protocol, `tools/list`). */
export interface ObservedTool {
  readonly name: string;
  readonly annotations?: {
    readonly readOnlyHint?: boolean | undefined;
    readonly destructiveHint?: boolean | undefined;
    readonly openWorldHint?: boolean | undefined;
  };
  readonly inputSchema?: JsonObject;
}

export type ManifestFinding = Omit<Finding, 'source'>;

/** Words that begin or stand in the names of tools that change things. */
const DOING: ReadonlySet<string> = new Set(
  (
    'delete remove destroy drop erase purge wipe truncate send post publish upload push write create update edit insert ' +
    'modify set put patch append rename move copy exec execute run eval shell install deploy pay charge transfer buy order ' +
    'book cancel approve merge revoke grant invite share reply stop restart kill'
  ).split(' '),
);

/** Kinds that no safe tool may have. `connect` and `read` can be harmless. */
const HARMFUL: ReadonlySet<EffectKind> = new Set([
  'write',
  'delete',
  'execute',
  'send',
  'spend',
  'escalate',
  'change-safety',
  'unknown',
]);

/** Arguments that carry what is to be run or reached. */
const CARRIERS: ReadonlyMap<string, string> = new Map([
  ['command', 'a command to run'],
  ['cmd', 'a command to run'],
  ['script', 'a program to run'],
  ['code', 'a program to run'],
  ['sql', 'a query to run'],
  ['query_sql', 'a query to run'],
  ['url', 'an address to go to'],
  ['uri', 'an address to go to'],
  ['recipient', 'somebody to write to'],
  ['webhook', 'an address to send to'],
]);

/** `delete_file`, `deleteFile`, `Delete-File` → delete, file. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const propertiesOf = (schema: JsonObject | undefined): Readonly<Record<string, JsonValue>> | undefined => {
  const properties = schema?.properties;
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties)
    ? (properties as JsonObject)
    : undefined;
};

/**
 * Tools that a manifest lists as milder than their name, their declared effects or, where `observed` says what the server
 * really offers, its own schema and annotations (P10). Empty: nothing to say.
 */
export function lintManifest(manifest: Manifest, observed: readonly ObservedTool[] = []): readonly ManifestFinding[] {
  const { safe, critical, byEffects } = manifest.tools;
  const seen = new Map(observed.map((tool) => [tool.name, tool]));
  // The agent's own tools are sorted by people who read its program; their names are not chosen to be read as verbs.
  const own = manifest.start.kind === 'built-in';
  const say =
    (tool: string) =>
    (lint: string, severity: Severity, message: string, fix: string): ManifestFinding => ({
      lint,
      severity,
      about: `${manifest.name}/${tool}`,
      message,
      fix,
    });
  return [
    ...safe.flatMap((tool) => safeFindings(tool, seen.get(tool.name), own, say(tool.name))),
    ...[...safe, ...critical, ...byEffects].flatMap((tool) =>
      schemaFindings(tool, seen.get(tool.name), say(tool.name)),
    ),
    ...byEffects.flatMap((tool) =>
      tool.effects.length > 0
        ? []
        : [
            say(tool.name)(
              'undeclared',
              'error',
              'it is sorted by its effects and declares none, so every call is safe',
              'declare its effects, or list it as critical',
            ),
          ],
    ),
    ...(observed.length === 0 ? [] : absentFindings(manifest, [...safe, ...critical, ...byEffects], seen, say)),
  ];
}

type Say = (lint: string, severity: Severity, message: string, fix: string) => ManifestFinding;
const LIST_CRITICAL = 'list it as critical, or by its effects';

function safeFindings(
  tool: ListedTool,
  observed: ObservedTool | undefined,
  own: boolean,
  say: Say,
): readonly ManifestFinding[] {
  const findings: ManifestFinding[] = [];
  const harmful = tool.effects.filter(({ kind }) => HARMFUL.has(kind));
  for (const kind of new Set(harmful.map((effect) => effect.kind)))
    findings.push(
      say('safe-but-declared', 'error', `it is listed as safe and declares the effect \`${kind}\``, LIST_CRITICAL),
    );
  if (tool.effects.some(({ as }) => as === 'shell' || as === 'sql'))
    findings.push(say('safe-but-runs', 'error', 'it is listed as safe and runs what it is given', LIST_CRITICAL));
  const doing = own ? undefined : wordsOf(tool.name).find((word) => DOING.has(word));
  if (doing !== undefined && harmful.length === 0)
    findings.push(
      say(
        'safe-but-named',
        'warning',
        `it is listed as safe, and its name says \`${doing}\``,
        `${LIST_CRITICAL}; keep it only if it changes nothing`,
      ),
    );
  const hints = observed?.annotations;
  if (hints?.destructiveHint === true && hints.readOnlyHint !== true)
    findings.push(
      say(
        'safe-but-destructive',
        'error',
        'it is listed as safe, and its server says that it destroys (`destructiveHint`)',
        LIST_CRITICAL,
      ),
    );
  else if (hints?.readOnlyHint === false)
    findings.push(
      say(
        'safe-but-writes',
        'error',
        'it is listed as safe, and its server says that it changes things (`readOnlyHint: false`)',
        LIST_CRITICAL,
      ),
    );
  if (hints?.openWorldHint === true && !tool.effects.some(({ kind }) => kind === 'connect' || kind === 'send'))
    findings.push(
      say(
        'open-world',
        'warning',
        'its server says that it reaches beyond this machine (`openWorldHint`), and it declares no `connect`',
        'declare where it connects to',
      ),
    );
  const properties = Object.keys(propertiesOf(observed?.inputSchema) ?? {}).map((name) => name.toLowerCase());
  const carried = properties.find((name) => CARRIERS.has(name));
  if (carried !== undefined && !tool.effects.some(({ from }) => from?.toLowerCase() === carried))
    findings.push(
      say(
        'safe-but-carries',
        'warning',
        `it is listed as safe and takes \`${carried}\`, ${CARRIERS.get(carried)}`,
        `declare an effect \`from: ${carried}\`, or ${LIST_CRITICAL}`,
      ),
    );
  if (properties.includes('path') && properties.includes('content'))
    findings.push(
      say(
        'safe-but-writes',
        'error',
        'it is listed as safe and takes a path and content: it writes files',
        LIST_CRITICAL,
      ),
    );
  return findings;
}

/** Whether what is declared can be found in what the tool takes. */
function schemaFindings(tool: ListedTool, observed: ObservedTool | undefined, say: Say): readonly ManifestFinding[] {
  const properties = propertiesOf(observed?.inputSchema);
  if (properties === undefined) return [];
  const required = new Set(Array.isArray(observed?.inputSchema?.required) ? observed.inputSchema.required : []);
  const froms = tool.effects.filter((effect): effect is DeclaredEffect & { from: string } => effect.from !== undefined);
  const missing = froms.filter(({ from }) => !Object.hasOwn(properties, from));
  const soft = froms.filter(
    ({ from, optional }) => Object.hasOwn(properties, from) && !optional && !required.has(from),
  );
  const told = new Set(froms.map(({ from }) => from));
  const untold = [...required].filter(
    (name) => typeof name === 'string' && CARRIERS.has(name.toLowerCase()) && !told.has(name),
  );
  return [
    ...missing.map(({ from, kind }) =>
      say(
        'no-such-argument',
        'error',
        `its effect \`${kind}\` is read from \`${from}\`, which the tool does not take`,
        `one of ${Object.keys(properties).join(', ') || 'none'}`,
      ),
    ),
    ...soft.map(({ from, kind }) =>
      say(
        'may-be-missing',
        'note',
        `\`${from}\` may be left out, and then its effect \`${kind}\` is unknown`,
        'mark the effect `optional: true` if the tool then does without',
      ),
    ),
    ...untold.map((name) =>
      say(
        'undeclared-argument',
        'warning',
        `it needs \`${String(name)}\`, ${CARRIERS.get(String(name).toLowerCase())}, and declares no effect from it`,
        `declare an effect \`from: ${String(name)}\``,
      ),
    ),
  ];
}

function absentFindings(
  manifest: Manifest,
  tools: readonly ListedTool[],
  seen: ReadonlyMap<string, ObservedTool>,
  say: (tool: string) => Say,
): readonly ManifestFinding[] {
  const listed = new Set(tools.map(({ name }) => name));
  return [
    ...[...seen.keys()].flatMap((name) =>
      listed.has(name)
        ? []
        : [
            say(name)(
              'not-listed',
              'note',
              'its server offers it, and the manifest does not list it: each call needs a person',
              `classify it in modules/${manifest.name}.yaml`,
            ),
          ],
    ),
    ...tools.flatMap(({ name }) =>
      seen.has(name)
        ? []
        : [
            say(name)(
              'not-offered',
              'note',
              'the manifest lists it, and its server does not offer it',
              'remove it, or correct its name',
            ),
          ],
    ),
  ];
}
