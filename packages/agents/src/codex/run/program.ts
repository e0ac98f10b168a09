// What `castellan run codex` starts: Codex in a folder of its own, with a listed environment. In gateway mode it has no place to
// work in, so that no tool of its own can do anything, known or new; what it does it does through our endpoint.
// INVARIANT: the user's own folder is never opened, and no setting of a project counts.
import { dirname } from 'node:path';
import { type ChildEnvironment, childEnvironment, withVariables } from '@castellan/contract';
import { keptCredential } from '../../connection/credential.ts';
import { agentFolder } from '../../connection/record.ts';
import type { RunRequest } from '../../connector.ts';
import { type Done, done, undone } from '../../fault.ts';
import type { Program } from '../../launch.ts';
import { CREDENTIAL_VARIABLE, featuresFor, quoted, WORKSPACE_VARIABLE } from '../settings/part-for.ts';
import { isolatedHome } from '../settings/places.ts';
import { codexFlagFault } from './flags.ts';

/** Where commands and files would be worked on: nowhere. Known to Codex, and shown by the suite of real clients. */
export const NOWHERE = { CODEX_EXEC_SERVER_URL: 'none' } as const;
const MODEL_KEY = 'CASTELLAN_MODEL_KEY';

export async function codexProgram(request: RunRequest): Promise<Done<Program>> {
  const { connection, client, machine, model, headless, args } = request;
  const fault = codexFlagFault(args);
  if (fault !== null) return undone('weakening-flag', fault.message, fault.hint);
  const home = isolatedHome(agentFolder(machine.home, connection.agent));
  const credential = await keptCredential(machine.home, connection.agent);
  if (credential === null)
    return undone('not-connected', 'its credential is gone', 'run `castellan connect codex --scope isolated`');
  // The prompt comes after `--`: it is no flag, whatever it begins with.
  const asked = headless === null ? args : ['exec', '--skip-git-repo-check', '--', headless.prompt];
  return done({
    file: client.path ?? '',
    args: [...enforced(request), ...asked],
    cwd: machine.cwd,
    env: withVariables(codexEnvironment(machine.env, model), {
      CODEX_HOME: home,
      ...(connection.mode === 'gateway'
        ? { ...NOWHERE, [CREDENTIAL_VARIABLE]: credential, [WORKSPACE_VARIABLE]: encodeURIComponent(machine.cwd) }
        : {}),
      ...temporaryFolder(machine.env, home),
    }),
  });
}

/** Before the user's own words. None of them may say `-c`, so these are the last word. */
export function enforced({
  connection,
  machine,
  model,
  isWalled,
}: Pick<RunRequest, 'connection' | 'machine' | 'model' | 'isWalled'>): readonly string[] {
  const settings: Readonly<Record<string, string>> = {
    projects: `{ ${quoted(machine.cwd)} = { trust_level = "untrusted" } }`,
    sandbox_mode:
      connection.mode === 'gateway' ? '"read-only"' : isWalled ? '"danger-full-access"' : '"workspace-write"',
    web_search: '"disabled"',
    check_for_update_on_startup: 'false',
    'analytics.enabled': 'false',
    'feedback.enabled': 'false',
    // It looks for plug-ins at a host of somebody else with every start, which would be a question with every start.
    ...(isWalled && { 'features.plugins': 'false' }),
    ...Object.fromEntries(
      Object.entries(featuresFor(connection.mode)).map(([name, value]) => [`features.${name}`, String(value)]),
    ),
    ...(model === null
      ? {}
      : {
          model_provider: '"castellan"',
          'model_providers.castellan': `{ name = "Castellan", base_url = ${quoted(`${model.baseUrl}/v1`)}, wire_api = "responses", env_key = "${MODEL_KEY}" }`,
        }),
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/**
 * What of the user's environment it gets (X4): of the providers its own one's keys. With the broker a placeholder, and of the
 * providers nothing (X5).
 */
export const codexEnvironment = (given: RunRequest['machine']['env'], model: RunRequest['model']): ChildEnvironment =>
  model === null ? childEnvironment('codex', given) : childEnvironment('plain', given, { [MODEL_KEY]: model.key });

/** Codex's sandbox does not work where its own folder lies below the one for temporary files. */
function temporaryFolder({ TMPDIR = '/tmp' }: RunRequest['machine']['env'], home: string) {
  return home.startsWith(`${TMPDIR.replace(/\/+$/, '')}/`) ? { TMPDIR: dirname(home) } : {};
}
