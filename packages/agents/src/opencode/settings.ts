// The settings of an isolated OpenCode. With the gateway's tools only, every other one is denied by its name and by every name
// there may be one day: for all agents at once, and for each built-in agent by itself, whose own rules would win over that.
import type { ConnectMode, JsonObject } from '@castellan/contract';
import type { Entries } from '../connector.ts';
import type { Command } from '../machine.ts';

/** Which of its agents can act. Theirs is the last word of OpenCode's permissions. */
const AGENTS = ['build', 'plan', 'general', 'explore'] as const;
/** Those it uses for itself, without any tool. */
const HELPERS = ['compaction', 'title', 'summary'] as const;

const ONLY_OURS: JsonObject = { '*': 'deny', 'castellan_*': 'allow' };
const NONE: JsonObject = { '*': 'deny' };

const QUIET: JsonObject = {
  $schema: 'https://opencode.ai/config.json',
  autoupdate: false,
  share: 'disabled',
};

const gatewayServer = ({ file, args, env }: Command, timeoutSeconds: number, cwd: string | null): JsonObject => ({
  type: 'local',
  ...(cwd !== null && { cwd }),
  command: [file, ...args],
  environment: { ...env },
  enabled: true,
  // A call waits as long as a person may take to answer.
  timeout: (timeoutSeconds + 30) * 1000,
});

/** @param cwd where the gateway is started, and so the project that its tools work in; null: where OpenCode is */
export function isolatedSettings(
  mode: ConnectMode,
  gateway: Command,
  timeoutSeconds: number,
  cwd: string | null,
): JsonObject {
  const mcp = { castellan: gatewayServer(gateway, timeoutSeconds, cwd) };
  if (mode === 'hooks') return { ...QUIET, mcp };
  const agents = [
    ...AGENTS.map((name) => [name, { permission: ONLY_OURS }] as const),
    ...HELPERS.map((name) => [name, { permission: NONE }] as const),
  ];
  return {
    ...QUIET,
    permission: ONLY_OURS,
    tools: { '*': false, 'castellan_*': true },
    agent: Object.fromEntries(agents),
    mcp,
    // Programs of the project that OpenCode would start by itself.
    formatter: false,
    lsp: false,
  };
}

export const isolatedSettingsText = ({ mode, gateway, timeoutSeconds }: Entries): string =>
  `${JSON.stringify(isolatedSettings(mode, gateway, timeoutSeconds, null), null, 2)}\n`;

/** OpenCode fetches this package for the sake of plug-ins, and waits for it; ours imports none. */
export const SDK_LOCK = `${JSON.stringify({
  packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } },
})}\n`;
