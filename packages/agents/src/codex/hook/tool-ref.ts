// Which module and tool a hook of Codex speaks of. INVARIANT: Codex says a server's name and not who configured it, so no name
// but that of our own gateway ever meets a manifest: the `.codex/config.toml` of a project may call its server what it likes.
import { faulty, type Parsed, parseToolName, type ToolRef } from '@castellan/contract';
import { OWN_SERVER } from '../../claude-code/hook/tool-ref.ts';

export const CODEX_MODULE = 'codex';
const OWN_PREFIX = `mcp__${OWN_SERVER}__`;

export function parseCodexTool(name: unknown): Parsed<ToolRef> {
  if (typeof name !== 'string') return faulty({ path: 'tool_name', message: '`tool_name` is not text' });
  // `module/tool` is our own notation: from here it would let a tool choose its module.
  if (name.includes('/')) return faulty({ path: 'tool_name', message: 'a name with a slash is not a tool name' });
  if (name.startsWith(OWN_PREFIX) && name.length > OWN_PREFIX.length)
    return parseToolName(`${OWN_SERVER}/${name.slice(OWN_PREFIX.length)}`, CODEX_MODULE);
  return parseToolName(name.startsWith('mcp__') ? unproven(name) : name, CODEX_MODULE);
}

/** Where the server's name ends nobody says; it only has to read well, for nothing of the user's is called so. */
function unproven(name: string): string {
  const [, server = '', tool = ''] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? [];
  return `project:${server.toLowerCase().replace(/[^a-z0-9_:-]/g, '-')}/${tool}`;
}
