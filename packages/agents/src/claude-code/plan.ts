// What connecting would change, before anybody says yes to it. Nothing is written and no agent is made.
import type { AgentId } from '@castellan/contract';
import { type Done, done } from '../fault.ts';
import { sessionStartScript } from '../session-start-script.ts';
import { findClaude } from './client-binary.ts';
import { type ConnectOptions, placeToConnect } from './connect.ts';
import { credentialOf } from './settings/entries.ts';
import { settingsText, withHooks } from './settings/merge.ts';

export interface ConnectPlan {
  readonly version: string;
  readonly path: string;
  /** null: there is no such file yet. */
  readonly before: string | null;
  readonly after: string;
  /** The agent whose hooks stand there already. */
  readonly agent: AgentId | null;
  readonly warnings: readonly string[];
}

/** Stands where the credential will: it is made when somebody connects, and shown to nobody. */
const PLACEHOLDER = 'castellan_a_<made when you connect>';

/** The client, the file that would be edited and its text before and after; or why it cannot be connected. */
export async function planClaude(options: Omit<ConnectOptions, 'client' | 'name' | 'now'>): Promise<Done<ConnectPlan>> {
  const binary = await findClaude(options.env, options.claude);
  if (!binary.ok) return binary;
  const target = await placeToConnect(options);
  if (!target.ok) return target;
  const { path, text, settings, warnings } = target.value;
  const { port, timeoutSeconds, node } = options;
  const known = credentialOf(settings);
  const hooks = {
    port,
    timeoutSeconds,
    node,
    script: sessionStartScript(),
    credential: known?.credential ?? PLACEHOLDER,
    settingsPath: path ?? '',
  };
  return done({
    version: binary.value.version,
    path: path ?? '',
    before: text,
    after: settingsText(withHooks(settings, hooks), text ?? ''),
    agent: known?.agent ?? null,
    warnings,
  });
}
