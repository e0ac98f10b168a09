// From an agent's own name for a tool to (module, tool). One place, so that a manifest and a hook can never disagree.
import { moduleNameSchema, toolNameSchema } from './ids.ts';
import { faulty, type Parsed, parsed } from './result.ts';

export interface ToolRef {
  readonly module: string;
  readonly tool: string;
}

/** Whole or not at all: who redacts it later does not recognise half of a secret. */
const quoted = (name: string): string => (name.length <= 80 ? `\`${name}\`` : `a name of ${name.length} characters`);

/**
 * `mcp__SERVER__TOOL` → (server, tool); `module/tool` → as written; a bare name → a tool of the agent's own built-in module.
 * Server names are lower-cased and characters a module name cannot have become `-`, as the clients do themselves.
 */
export function parseToolName(name: string, builtInModule: string): Parsed<ToolRef> {
  const mcp = /^mcp__(.+?)__(.+)$/s.exec(name);
  if (mcp === null && name.startsWith('mcp__'))
    return faulty({ path: 'tool', message: `${quoted(name)} does not name a server and a tool` });
  const slash = mcp === null ? /^([^/]+)\/(.+)$/s.exec(name) : null;
  const [module, tool] = mcp
    ? [(mcp[1] ?? '').toLowerCase().replace(/[^a-z0-9_:-]/g, '-'), mcp[2] ?? '']
    : slash
      ? [slash[1] ?? '', slash[2] ?? '']
      : [builtInModule, name];
  if (!moduleNameSchema.safeParse(module).success) {
    return faulty({ path: 'tool', message: `${quoted(name)} does not name a module` });
  }
  if (!toolNameSchema.safeParse(tool).success) {
    return faulty({ path: 'tool', message: `${quoted(name)} is not a tool name` });
  }
  return parsed({ module, tool });
}
