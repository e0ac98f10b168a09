// Takes exactly our entries out of a settings file and revokes the agent. Byte by byte the original where nothing else
// changed since. It works with the daemon away too: nobody must need us to get rid of us.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, errorLines } from '@castellan/client';
import { type AgentId, faultLine } from '@castellan/contract';
import { type Done, done, undone } from '../fault.ts';
import { modeOf, readIfThere, replaceFile } from '../files.ts';
import { type Connection, digestOf, readConnection } from './connection.ts';
import { readSettings } from './settings/faults.ts';
import { agentFolder } from './settings/location.ts';
import { settingsText, withoutHooks } from './settings/merge.ts';

export interface Disconnected {
  readonly settingsPath: string;
  /** original: the very bytes from before. stripped: only our entries taken out. removed, absent: no file is left. */
  readonly file: 'original' | 'stripped' | 'removed' | 'absent';
  readonly revoked: boolean;
  readonly warnings: readonly string[];
}

export interface DisconnectOptions {
  readonly home: string;
  readonly agent: AgentId;
  /** Null: the daemon is away. */
  readonly client: Client | null;
}

/** Revokes the agent, then takes its hooks out. What could not be done without the daemon stands in the warnings. */
export async function disconnectClaude(options: DisconnectOptions): Promise<Done<Disconnected>> {
  const connection = await readConnection(options.home, options.agent);
  if (connection === null) {
    return undone('not-connected', `\`${options.agent}\` is not a connected agent`, 'see `castellan status`');
  }
  // First the daemon: it would raise an alarm for hooks that vanish from an agent it still knows.
  const warnings: string[] = [];
  const revoked = await revoke(options, warnings);
  const file = await restore(connection).catch((error: unknown) =>
    undone(
      'not-written',
      `\`${connection.settingsPath}\` cannot be restored: ${String(error)}`,
      'remove the hooks by hand',
    ),
  );
  if (!file.ok) return file;
  if (revoked) await rm(join(agentFolder(options.home, options.agent), 'connection.json'), { force: true });
  return done({ settingsPath: connection.settingsPath, file: file.value, revoked, warnings });
}

async function revoke({ client, agent }: DisconnectOptions, warnings: string[]): Promise<boolean> {
  if (client === null) {
    warnings.push('the credential is still good: run this again once the daemon is up');
    return false;
  }
  const answer = await client.disconnect({ params: { id: agent } });
  if (answer.ok || (answer.error.kind === 'api' && answer.error.error.error === 'not_found')) return true;
  warnings.push(`the credential is still good: ${errorLines(answer.error).message}`);
  return false;
}

async function restore({
  settingsPath,
  written,
  restore: way,
  before,
}: Connection): Promise<Done<Disconnected['file']>> {
  const text = await readIfThere(settingsPath);
  if (text === null) return done('absent');
  if (digestOf(text) === written) {
    if (way.kind === 'remove') {
      await rm(settingsPath);
      return done('removed');
    }
    if (way.kind === 'bytes') {
      await replaceFile(settingsPath, await readFile(way.backup, 'utf8'), way.mode);
      return done('original');
    }
  }
  const read = readSettings(text);
  if (!read.ok) {
    return undone(
      'settings-rejected',
      `\`${settingsPath}\`: ${read.faults.map(faultLine).join('; ')}`,
      'correct it, then run this again',
    );
  }
  await replaceFile(
    settingsPath,
    settingsText(withoutHooks(read.value, before), text),
    (await modeOf(settingsPath)) ?? 0o600,
  );
  return done('stripped');
}
