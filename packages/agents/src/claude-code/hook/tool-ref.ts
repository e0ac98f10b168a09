// Which module and tool a hook speaks of. INVARIANT: a name the project chose never meets a manifest: the `.mcp.json` of a
// cloned repository may call its server `filesystem`, and must not inherit what the user allowed to theirs.
import { faulty, type Parsed, parseToolName, type ToolRef } from '@castellan/contract';
import { isObject } from '../../hook/plain-json.ts';

export const BUILT_IN_MODULE = 'claude-code';
/** What our own gateway is called in the settings of a client: as a module, only where the user or the machine's owner put it. */
export const OWN_SERVER = 'castellan';

/** Who configured an MCP server, where that is the user or the machine's owner. Everything else is the project's word. */
const TRUSTED_SOURCES: ReadonlySet<string> = new Set(['user', 'local', 'dynamic', 'enterprise', 'managed']);

/** The client's own spelling of a server's name inside a tool's name. */
function spelt(server: string): string {
  const name = server.replace(/[^a-zA-Z0-9_-]/g, '_');
  return server.startsWith('claude.ai ') ? name.replace(/_+/g, '_').replace(/^_|_$/g, '') : name;
}

export function parseToolRef(name: unknown, server: unknown): Parsed<ToolRef> {
  if (typeof name !== 'string') return faulty({ path: 'tool_name', message: '`tool_name` is not text' });
  // `module/tool` is our own notation: from here it would let a tool choose its module.
  if (name.includes('/')) return faulty({ path: 'tool_name', message: 'a name with a slash is not a tool name' });
  if (!name.startsWith('mcp__')) return parseToolName(name, BUILT_IN_MODULE);
  const known = serverOf(server);
  // The server's name ends where the client says it ends, not at the first `__`: `fs__x` is not a tool of `fs`.
  const prefix = known === null ? null : `mcp__${spelt(known.name)}__`;
  if (known === null || prefix === null || !name.startsWith(prefix))
    return parseToolName(unproven(name), BUILT_IN_MODULE);
  const module = spelt(known.name).toLowerCase();
  return parseToolName(`${known.trusted ? '' : 'project:'}${module}/${name.slice(prefix.length)}`, BUILT_IN_MODULE);
}

function serverOf(server: unknown): { readonly name: string; readonly trusted: boolean } | null {
  if (!isObject(server) || typeof server.name !== 'string') return null;
  return { name: server.name, trusted: typeof server.source === 'string' && TRUSTED_SOURCES.has(server.source) };
}

/** Nobody said whose server this is: the worst is assumed. */
function unproven(name: string): string {
  const [, server = '', tool = ''] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? [];
  return `project:${server.toLowerCase().replace(/[^a-z0-9_:-]/g, '-')}/${tool}`;
}
