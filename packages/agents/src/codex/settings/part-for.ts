// What stands in Codex's settings for each scope and mode, and what it is known by there.
import type { ConnectMode, ConnectScope } from '@castellan/contract';
import type { Entries } from '../../connector.ts';
import { RUN_VARIABLES } from '../../run-headers.ts';
import { type CodexHook, codexHooks, trustHash, trustKey } from './hooks.ts';
import type { OwnPart } from './own-part.ts';

/** The name of the variable that a run finds its credential in. */
export const CREDENTIAL_VARIABLE = 'CASTELLAN_CREDENTIAL';

/** Where a run works: it is started nowhere that its server could tell it from. */
export const WORKSPACE_VARIABLE = 'CASTELLAN_WORKSPACE';
/** What a run says of itself, from variables that only some runs have. */
const SAID = { 'x-castellan-workspace': WORKSPACE_VARIABLE, ...RUN_VARIABLES };

/** Hooks on; and no terminal for a command: with one it can be typed into, and nothing is asked about what is typed. */
const HELD = { hooks: true, unified_exec_tty: false } as const;

/** Tools of its own that a feature switches; `apply_patch` has none, and is left without a place to work in by `run`. */
const OWN_TOOLS = [
  'shell_tool',
  'unified_exec',
  'view_image',
  'apps',
  'plugins',
  'image_generation',
  'browser_use',
].concat(['browser_use_external', 'in_app_browser', 'computer_use', 'memories', 'standalone_web_search', 'js_repl']);

export const featuresFor = (mode: ConnectMode): Readonly<Record<string, boolean>> =>
  mode === 'hooks' ? HELD : { ...HELD, ...Object.fromEntries(OWN_TOOLS.map((name) => [name, false])) };

type PartOf = Pick<Entries, 'scope' | 'mode' | 'hook' | 'gateway' | 'timeoutSeconds' | 'port'>;

/** @param named as Codex spells the file. @param before groups of each event that stand before ours. */
export function partFor(entries: PartOf, named: string, before: (event: string) => number): OwnPart {
  const hooks = codexHooks(entries.hook, entries.timeoutSeconds);
  const tables = [
    ...(entries.scope === 'isolated' ? [gatewayTable(entries)] : []),
    ...hooks.map(hookTable),
    ...(entries.scope === 'managed' ? [] : hooks.map((hook) => trustTable(named, hook, before(hook.event)))),
  ];
  return { features: featuresFor(entries.mode), tables: `${tables.join('\n\n')}\n` };
}

const hookTable = ({ event, command, timeout }: CodexHook): string =>
  [
    `[[hooks.${event}]]`,
    `[[hooks.${event}.hooks]]`,
    'type = "command"',
    `command = ${quoted(command)}`,
    `timeout = ${timeout}`,
  ].join('\n');

const trustTable = (named: string, hook: CodexHook, group: number): string =>
  [`[hooks.state.${quoted(trustKey(named, hook, group))}]`, `trusted_hash = ${quoted(trustHash(hook))}`].join('\n');

/**
 * In gateway mode by its address: without a place to work in Codex starts no server. The credential is in the environment of the
 * run then, which no command of the agent's inherits, for there is none.
 */
const gatewayTable = ({ mode, port, timeoutSeconds, gateway }: PartOf): string =>
  [
    '[mcp_servers.castellan]',
    ...(mode === 'gateway'
      ? [
          `url = ${quoted(`http://127.0.0.1:${port}/mcp`)}`,
          `bearer_token_env_var = ${quoted(CREDENTIAL_VARIABLE)}`,
          `env_http_headers = ${inline(SAID)}`,
        ]
      : startOf(gateway)),
    'default_tools_approval_mode = "approve"',
    'startup_timeout_sec = 60',
    `tool_timeout_sec = ${timeoutSeconds + 300}`,
  ].join('\n');

const inline = (table: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(table).map(([name, value]) => `${quoted(name)} = ${quoted(value)}`);
  return `{ ${pairs.join(', ')} }`;
};

const startOf = ({ file, args, env }: Entries['gateway']): readonly string[] => [
  `command = ${quoted(file)}`,
  `args = [${args.map(quoted).join(', ')}]`,
  `env = ${inline(env)}`,
];

/** A basic string of TOML: what JSON writes, but for one character that TOML wants written out. */
export const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

/** Scopes whose hooks somebody must have trusted. */
export const needsTrust = (scope: ConnectScope): boolean => scope !== 'managed';
