// The tools by which agents meet scripts, as their clients are shown them. No `oneOf`, no `$ref`: every client reads these schemas.
import type { Definition, JsonObject } from '@castellan/contract';
import { canonicalJson, MAX_SCRIPT_BYTES } from '@castellan/contract';
import { sha256 } from '../../digest.ts';

/** The module they are decided under: that of the gateway itself. */
export const SCRIPT_MODULE = 'castellan';

const NAME: JsonObject = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'name of the script' };
const SOURCE: JsonObject = { type: 'string', minLength: 1, maxLength: MAX_SCRIPT_BYTES, description: 'Starlark' };
const ARGS: JsonObject = { type: 'array', maxItems: 32, items: {}, description: 'what `main` is given, in order' };

const WRITING = [
  'Starlark: Python without `import`, `while`, classes, files or processes. The result is what `main(...)` returns, or the variable `result`.',
  'Built in: json, math, time.now/sleep, print, log; http.get/post/request(url, headers=, body=, json=) → status, headers, body, json(); secrets.get(NAME), usable only inside http and tools calls; tools.call(module, tool, {arguments}); load("other-script", "function").',
  'What it reaches out for is said in leading comment lines, exactly: `# @description: …`, `# @secrets: NAME`, `# @hosts: api.example.org`, `# @tools: module/tool`, `# @limits: time=30s calls=50`.',
].join('\n');

const tool = (
  name: string,
  title: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
  annotations: JsonObject,
): Definition => {
  const definition: JsonObject = {
    name,
    title: `Castellan: ${title}`,
    description,
    inputSchema: { type: 'object', properties, required, additionalProperties: false },
    annotations,
  };
  return { kind: 'tool', name, digest: sha256(canonicalJson(definition)), definition };
};

export const SCRIPT_TOOLS = {
  propose: tool(
    'script_propose',
    'propose a script',
    `Hands in a script, or another version of one. It waits until a person has looked at it; \`script_status\` says what became of it, with the reason where it was rejected. Exactly these bytes are approved and run.\n${WRITING}`,
    {
      name: NAME,
      source: SOURCE,
      note: { type: 'string', maxLength: 1000, description: 'for the person who decides: what it is for' },
    },
    ['name', 'source'],
    { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  ),
  list: tool('script_list', 'list scripts', 'The scripts that can be run, and those you proposed.', {}, [], {
    readOnlyHint: true,
    openWorldHint: false,
  }),
  run: tool(
    'script_run',
    'run a script',
    'Runs the approved version. What it does is decided and recorded like your own calls, so it may wait for a person. `wait: false` answers at once with the name of the run, for `script_status`.',
    { name: NAME, args: ARGS, wait: { type: 'boolean', default: true } },
    ['name'],
    { readOnlyHint: false, openWorldHint: true },
  ),
  status: tool(
    'script_status',
    'what became of a script or a run',
    'Of a script (`name`): its versions, with the reason of a rejection. Of a run (`run`): how it ended and what it gave.',
    { name: NAME, run: { type: 'string', pattern: '^run_[0-9a-z]{6,40}$', description: 'name of a run' } },
    [],
    { readOnlyHint: true, openWorldHint: false },
  ),
  eval: tool(
    'script_eval',
    'compute with Starlark',
    `Runs a source at once that nobody has approved: it computes, without secrets, network or tools.\n${WRITING}`,
    { source: SOURCE, args: ARGS },
    ['source'],
    { readOnlyHint: true, openWorldHint: false },
  ),
} as const;
