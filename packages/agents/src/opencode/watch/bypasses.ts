// Whether an OpenCode that runs was started so that our plug-in does not count.
import { join } from 'node:path';
import type { Connection } from '../../connection/connection.ts';
import type { Connector } from '../../connector.ts';
import type { Machine } from '../../machine.ts';
import { startedPast } from '../../watch/started.ts';
import { PLUGIN_NAME } from '../places.ts';
import { type OpenCodeProcess, openCodeProcesses } from './processes.ts';

export const openCodeBypasses: NonNullable<Connector['bypasses']> = async (connections, machine) => {
  const processes = await openCodeProcesses();
  return startedPast(
    'OpenCode',
    processes.flatMap((process) =>
      connections.flatMap((connection) => {
        const how = startedWeak(process, connection, machine);
        return how === null ? [] : [{ agent: connection.agent, pid: process.pid, how }];
      }),
    ),
  );
};

/** What it was started with that leaves the plug-in of this connection out; null: nothing, or it is not meant by it. */
export function startedWeak(
  { args, env }: OpenCodeProcess,
  connection: Pick<Connection, 'scope' | 'files'>,
  { home }: Pick<Machine, 'home'>,
): string | null {
  const folder = join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? '/', '.config'), 'opencode');
  const plugin = connection.files.find(({ path }) => path.endsWith(PLUGIN_NAME))?.path ?? '';
  const finds = plugin === join(folder, 'plugin', PLUGIN_NAME);
  // A run of our own, isolated or to verify, stands in for itself.
  const isOurs = folder.startsWith(`${home}/`);
  switch (connection.scope) {
    case 'isolated':
      return finds ? pure(args, env) : null;
    case 'managed':
      if (isOurs) return null;
      return (
        pure(args, env) ??
        (isSet(env.OPENCODE_TEST_MANAGED_CONFIG_DIR)
          ? "OPENCODE_TEST_MANAGED_CONFIG_DIR, which leaves the machine's settings out"
          : null)
      );
    case 'user':
    case 'project':
      if (isOurs) return null;
      return finds ? pure(args, env) : 'XDG_CONFIG_HOME or HOME, which lead past the connected settings';
  }
}

function pure(args: readonly string[], env: OpenCodeProcess['env']): string | null {
  const flag = args.find((part) => part === '--pure' || /^--pure=(?!false$)/.test(part));
  if (flag !== undefined) return `\`${flag}\``;
  return /^(1|true|yes|on|y)$/i.test(env.OPENCODE_PURE ?? '') ? 'OPENCODE_PURE' : null;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
