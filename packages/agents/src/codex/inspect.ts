// Whether what we wrote still stands and counts: the hooks as they were written, each of them trusted, its program there to be
// started, and nothing in the same files that switches them off. INVARIANT: whatever cannot be read counts as missing.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../connection/connection.ts';
import type { Standing } from '../connector.ts';
import { readIfThere } from '../files.ts';
import type { Machine } from '../machine.ts';
import { OWN_NAME } from '../mcp-clients/found.ts';
import { parseToml } from '../mcp-clients/text/toml-edit.ts';
import { switchedOffBy } from './edits.ts';
import { type CodexHook, codexHooks, groupOf, trustHash, trustKey } from './settings/hooks.ts';
import { featuresFor, needsTrust, partFor } from './settings/part-for.ts';
import { type Place, placeOfConnection } from './settings/places.ts';
import { featureOf, groupsOf, serverOf, trustOf } from './settings/read.ts';

const AGAIN = 'if this was not you, end the agent; then run `castellan connect codex` again';
type Problem = Extract<Standing, { readonly text: string }>;

export async function inspectCodex(connection: Connection, machine: Machine): Promise<readonly Standing[]> {
  const place = placeOfConnection(connection);
  const say = (kind: Problem['kind'], text: string): Problem => ({ kind, text: `${place.path}: ${text}`, hint: AGAIN });
  const text = await readIfThere(place.path);
  if (text === null) return [say('missing', 'the file is gone, and the hooks with it')];
  const root = parseToml(text);
  if (root === null) return [say('missing', 'it is not TOML that can be read')];
  const found = [
    ...switchedOff(connection, root).map((what) => say('disabled', what)),
    ...codexHooks(connection.hook, connection.timeoutSeconds).flatMap((hook) => {
      const why = hookFault(connection, place, root, hook);
      return why === null ? [] : [say('missing', why)];
    }),
  ];
  if (connection.scope === 'isolated' && !gatewayStands(connection, place, root))
    found.push(say('missing', 'the gateway is not the server it was written as'));
  const by = connection.scope === 'managed' ? null : await switchedOffBy(machine);
  if (by !== null) found.push(say('disabled', `${by} keeps the hooks from running`));
  const gone = await missingProgram(connection);
  if (gone !== null)
    found.push({ kind: 'missing', text: `the hooks start \`${gone}\`, which is not there to be started`, hint: AGAIN });
  return found.length === 0 ? [{ kind: 'intact' }] : found;
}

/** Required, the features must stand; a user's own default to what lets the hooks run. */
function switchedOff({ mode }: Connection, root: object): readonly string[] {
  return Object.entries(featuresFor(mode)).flatMap(([name, value]) =>
    featureOf(root, name) === value ? [] : [`\`features.${name}\` is not ${value} any more`],
  );
}

function hookFault({ scope }: Connection, { named }: Place, root: object, hook: CodexHook): string | null {
  const group = groupsOf(root, hook.event).findIndex((one) => isSame(one, groupOf(hook)));
  if (group < 0) return `the hook on ${hook.event} is gone or was changed`;
  if (!needsTrust(scope)) return null;
  const { trusted_hash, enabled } = trustOf(root, trustKey(named, hook, group));
  if (enabled === false) return `the hook on ${hook.event} is switched off`;
  return trusted_hash === trustHash(hook) ? null : `the hook on ${hook.event} is not trusted, so Codex leaves it out`;
}

/** Tables of the parser are like none but each other: what they say counts. */
const isSame = (is: unknown, meant: unknown): boolean =>
  isDeepStrictEqual(...([is, meant].map((value) => JSON.parse(JSON.stringify(value ?? null))) as [unknown, unknown]));

function gatewayStands(connection: Connection, { named }: Place, root: object): boolean {
  const meant = parseToml(partFor(connection, named, () => 0).tables);
  return meant !== null && isSame(serverOf(root, OWN_NAME), serverOf(meant, OWN_NAME));
}

/** Codex runs a tool whose hook cannot be started. */
async function missingProgram({ hook }: Connection): Promise<string | null> {
  const parts = [[hook.file, constants.X_OK] as const].concat(
    hook.args.filter((arg) => arg.startsWith('/')).map((arg) => [arg, constants.R_OK]),
  );
  for (const [file, how] of parts) {
    const isThere = await access(file, how).then(
      () => true,
      () => false,
    );
    if (!isThere) return file;
  }
  return null;
}
