// What a connection's record says of Claude Code: which file holds the hooks, and what must stand in it.
import type { Connection } from '../connection/connection.ts';
import type { Expected } from './settings/inspect.ts';

/** Real path. */
export const settingsFileOf = ({ files }: Connection): string => files[0]?.path ?? '';

/** What must stand in the settings file of a connection. */
export const expectedOf = ({ agent, scope, hook, timeoutSeconds }: Connection): Expected => ({
  agent,
  scope,
  hook,
  timeoutSeconds,
  hookFile: hook.args.at(-1) ?? '',
});
