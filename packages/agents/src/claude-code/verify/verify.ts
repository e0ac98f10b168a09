// Proves through the real client that the boundary holds: what is denied does not run, what is allowed runs and is
// recorded, and with the daemon away nothing runs. Every check says what was seen; none of them leaves a file behind.
import { dirname, join } from 'node:path';
import { type Client, errorLines } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import { type Done, done, undone } from '../../fault.ts';
import { readIfThere, realPath } from '../../files.ts';
import { findClaude } from '../client-binary.ts';
import { type Connection, expectedOf, readConnection } from '../connection.ts';
import { credentialOf } from '../settings/entries.ts';
import { readSettings } from '../settings/faults.ts';
import { hookStateText } from '../settings/inspect.ts';
import { inspectHooks } from '../settings/inspect-file.ts';
import { agentFolder, userFolder } from '../settings/location.ts';
import { withFolder } from './canary-run.ts';
import type { Check } from './check.ts';
import { allowedCanary, type Bench, deniedCanary, failClosedCanary } from './checks.ts';

export interface VerifyOptions {
  readonly home: string;
  readonly agent: AgentId;
  readonly env: { readonly [name: string]: string | undefined };
  readonly client: Client;
  readonly port: number;
  /** Fresh and unguessable, letters and digits: names the canaries. */
  readonly nonce: string;
}

export interface Verified {
  readonly ok: boolean;
  readonly version: string;
  readonly checks: readonly Check[];
}

/** Runs every check; the fault is for what kept them from being run, a failed check stands in the answer. */
export async function verifyClaude(options: VerifyOptions): Promise<Done<Verified>> {
  const connection = await readConnection(options.home, options.agent);
  if (connection === null) {
    return undone('not-connected', `\`${options.agent}\` is not connected`, 'run `castellan connect claude-code`');
  }
  const status = await options.client.status();
  if (!status.ok) {
    const { message, hints } = errorLines(status.error);
    return undone('daemon', message, ...hints);
  }
  const binary = await findClaude(options.env, connection.claude);
  if (!binary.ok) return binary;
  const state = await inspectHooks(expectedOf(connection, options.port));
  const settings: Check = {
    id: 'settings',
    title: 'the hooks stand in the settings as they were written',
    ok: state.kind === 'intact',
    seen: `${connection.settingsPath}: ${hookStateText(state)}`,
  };
  const credential = await credentialIn(connection.settingsPath);
  if (credential === null) return done({ ok: false, version: binary.value.version, checks: [settings] });
  const folder = join(agentFolder(options.home, options.agent), `canary-${options.nonce}`);
  const checks = await withFolder(folder, async () => {
    const bench: Bench = {
      ...options,
      claude: binary.value.path,
      credential,
      folder,
      // A project's settings count in its own folder only.
      cwd: connection.scope === 'project' ? dirname(dirname(connection.settingsPath)) : null,
      configFolder: await configFolderOf(connection, options.env),
    };
    return [settings, await deniedCanary(bench), await allowedCanary(bench), await failClosedCanary(bench)];
  });
  return done({ ok: checks.every(({ ok }) => ok), version: binary.value.version, checks });
}

/** Null where the client finds the connected settings by itself, as it does for the user. */
async function configFolderOf({ scope, settingsPath }: Connection, env: VerifyOptions['env']): Promise<string | null> {
  if (scope === 'project') return null;
  const own = userFolder(env);
  const found = own === null ? null : await realPath(join(own, 'settings.json'));
  return found === settingsPath ? null : dirname(settingsPath);
}

async function credentialIn(path: string): Promise<string | null> {
  const text = await readIfThere(path).catch(() => null);
  const read = text === null ? null : readSettings(text);
  return read?.ok === true ? (credentialOf(read.value)?.credential ?? null) : null;
}
