// What `castellan run claude-code` starts: the client in a folder of its own, with a listed environment and flags that keep the
// hooks in force. INVARIANT: the user's own folder is never opened.
import { dirname } from 'node:path';
import { type ChildEnvironment, childEnvironment, withVariables } from '@castellan/contract';
import type { RunRequest } from '../../connector.ts';
import { type Done, done, undone } from '../../fault.ts';
import type { Program } from '../../launch.ts';
import { settingsFileOf } from '../connection.ts';
import { ENFORCED, flagFault } from './flags.ts';

export function claudeProgram({
  connection,
  client,
  args,
  machine,
  model,
  headless,
}: RunRequest): Promise<Done<Program>> {
  const flag = flagFault(args);
  if (flag !== null) return Promise.resolve(undone('weakening-flag', flag.message, flag.hint));
  // The prompt comes after `--`: it is no flag, whatever it begins with.
  const asked = headless === null ? args : ['-p', '--session-id', headless.sessionId, '--', headless.prompt];
  return Promise.resolve(
    done({
      file: client.path ?? '',
      args: [...ENFORCED, ...asked],
      cwd: machine.cwd,
      env: withVariables(claudeEnvironment(machine.env, model), {
        CLAUDE_CONFIG_DIR: dirname(settingsFileOf(connection)),
      }),
    }),
  );
}

/**
 * What of the user's environment it gets (X4). With the broker: its address and a placeholder, and of the providers nothing (X5).
 * Not ANTHROPIC_API_KEY: a person is asked about that one each time it changes.
 */
export const claudeEnvironment = (
  given: { readonly [name: string]: string | undefined },
  model: RunRequest['model'],
): ChildEnvironment =>
  model === null
    ? childEnvironment('agent', given)
    : childEnvironment('plain', given, { ANTHROPIC_BASE_URL: model.baseUrl, ANTHROPIC_AUTH_TOKEN: model.key });
