// What a TOML file of Codex says of hooks, features and trust, whatever else it holds. Pure.
import { isObject } from '../../hook/plain-json.ts';

type Table = { readonly [key: string]: unknown };

const tableOf = (value: unknown): Table => (isObject(value) ? value : {});

/** Groups of one event, in their order. */
export function groupsOf(root: object, event: string): readonly unknown[] {
  const groups = tableOf((root as Table).hooks)[event];
  return Array.isArray(groups) ? groups : [];
}

/** Events that have a hook, without what is kept of trust beside them. */
export const hookedEvents = (root: object): readonly string[] =>
  Object.keys(tableOf((root as Table).hooks)).filter((event) => groupsOf(root, event).length > 0);

export const featureOf = (root: object, name: string): unknown => tableOf((root as Table).features)[name];

/** What is kept of trust in one hook. */
export const trustOf = (root: object, key: string): Table =>
  tableOf(tableOf(tableOf((root as Table).hooks).state)[key]);

export const serversOf = (root: object): readonly string[] => Object.keys(tableOf((root as Table).mcp_servers));

export const serverOf = (root: object, name: string): unknown => tableOf((root as Table).mcp_servers)[name];

/** Whether the user trusts a folder: only then does Codex read what its `.codex` says. */
export function isTrusted(root: object, folder: string): boolean {
  return tableOf(tableOf((root as Table).projects)[folder]).trust_level === 'trusted';
}

/** Settings of a project by which another program runs than was decided, or the model reads a file or is another one. */
const REACHING = [
  ...['shell_environment_policy', 'zsh_path', 'js_repl_node_path', 'js_repl_node_module_dirs', 'notify'],
  ...['model_instructions_file', 'experimental_instructions_file', 'experimental_compact_prompt_file'],
  ...['model_provider', 'model_providers', 'openai_base_url', 'chatgpt_base_url', 'otel'],
];

/** Those a file has, by name: its own, those of its profiles, and files of settings it names for sub-agents. */
export function reachingOf(root: object): readonly string[] {
  const { profiles, agents } = root as Table;
  const own = (table: Table, before: string) =>
    REACHING.filter((name) => table[name] !== undefined).map((name) => `${before}${name}`);
  return [
    ...own(root as Table, ''),
    ...Object.entries(tableOf(profiles)).flatMap(([name, profile]) => own(tableOf(profile), `profiles.${name}.`)),
    ...Object.entries(tableOf(agents)).flatMap(([name, agent]) =>
      tableOf(agent).config_file === undefined ? [] : [`agents.${name}.config_file`],
    ),
  ];
}
