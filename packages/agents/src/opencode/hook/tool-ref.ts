// Which module and tool an event of our plug-in speaks of. OpenCode calls a tool `SERVER_TOOL` and says nowhere whose it is;
// the plug-in tells which server it took it for, and whether that one stands in the user's own settings.
import { isObject } from '../../hook/plain-json.ts';

export const BUILT_IN_MODULE = 'opencode';

type Fields = { readonly [key: string]: unknown };

/** The same event with the tool named as `mcp__SERVER__TOOL`, so that a project's server never meets a manifest by its name. */
export function withServer(body: Fields): Fields {
  const { tool_name: name, mcp_server: server } = body;
  if (server === undefined || !isObject(server) || typeof server.name !== 'string' || typeof name !== 'string')
    return body;
  const prefix = `${server.name}_`;
  if (!name.startsWith(prefix)) return body;
  return { ...body, tool_name: `mcp__${server.name}__${name.slice(prefix.length)}` };
}
