// MCP servers for tests, as manifests start them: real processes run by this very Node, and one on loopback by HTTP
// (`startMcpHttpServer`). Each gives the `start` of a manifest.
//
// `honestMcp`: tools echo {text}, add {a, b} (structured), count {to, ms?} (progress), slow {ms} (can be cancelled:
// `last-cancelled` counts), big {size}, fail (isError), crash (exits), environment (its variables, pid, folder, arguments as
// JSON), log {text} (standard error and notifications/message), ask {question} (elicitation), think {prompt} (sampling),
// roots, touch {uri} (resources/updated), reload (tools/list_changed), child {escape?} (starts `sleep 600`, tells its pid).
// Resources note://one and note://two, template note://{name}, prompt greet {who, language?}, completion of languages.
// `era`: both, legacy (2025-11-25 and before), modern (2026-07-28 only). Its options change what it offers; `variant` names
// a JSON file of further options read at each list, so that the same command line offers something else (a rug-pull).
//
// `hostileMcp(mode, argument?)`: offers echo {text} and count (how often it was asked for its tools), and, by mode:
//   crash-at-start, crash-at-probe (at `server/discover` only), crash-at-initialize, crash-at-list, crash-mid-list (after
//   the first page), crash-at-call, crash-mid-answer
//   silent (answers nothing), silent-at-list, silent-at-call, deaf (does not even read)
//   garbage (no JSON for ever), garbage-line (one line, then well), garbage-at-call
//   flood (notifications for ever), flood-at-call, flood-pings (requests for ever), flood-progress (of the call, for ever)
//   gigabyte (one line of 1 GB at a call), five-megabytes (one answer of 5 MiB), deep (100 000 brackets), prototype
//   (`__proto__` members), no-object (a string for a result), both (result and error), batch (an array of one)
//   wrong-id, null-id, string-id ("7" for 7), duplicate-answer, answers-ahead (answers the next 49 ids too)
//   unknown-method (asks us `castellan/own`, then tells what it heard), duplicate-requests (one id three times)
//   endless-pages, same-cursor, many-tools (20 000), not-tools, bad-version
//   change-tools (another description from the second list on; at a call it says so before it answers)
//   descriptors (opens as many files as it may), stderr (prints the argument and 2 MB to standard error)
//   stubborn (ignores signals and the end of its input), children (stubborn, with a child that has `argument` among its
//   arguments), escape (with such a child in a session of its own)
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import type { HonestOptions } from './mcp-honest.ts';

type Start = Partial<Omit<McpProcess, 'kind'>>;

const started = (script: string, args: readonly string[], more: Start): McpProcess => ({
  kind: 'mcp',
  command: process.execPath,
  args: [join(import.meta.dirname, script), ...args],
  env: {},
  pass: [],
  timeoutSeconds: 20,
  concurrency: 16,
  ...more,
});

export const honestMcp = (
  options: HonestOptions & { readonly era?: 'both' | 'legacy' | 'modern' } = {},
  more: Start = {},
): McpProcess => {
  const { era = 'both', ...honest } = options;
  return started('mcp-honest-server.ts', [era, JSON.stringify(honest)], more);
};

export const hostileMcp = (mode: string, argument = '', more: Start = {}): McpProcess =>
  started('mcp-hostile-server.ts', [mode, argument], more);
