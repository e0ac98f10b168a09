// `castellan mcp`: the MCP server that a client starts. Standard output is the client's alone; what is wrong goes to standard
// error, which clients keep in a log.
import { mcpCredential, runHeaders, runMcpLink } from '@castellan/agents';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { stateFolder } from '../world.ts';

export interface McpOptions {
  readonly module?: string;
  readonly agent?: string;
}

const MODULE = /^[a-z0-9][a-z0-9_:-]{0,63}$/;

export async function mcp({ world, out }: Context, { module, agent }: McpOptions): Promise<ExitCode> {
  if (module !== undefined && !MODULE.test(module))
    return out.error(`\`${visible(module)}\` is no name of a module`, ['`castellan modules` lists them'], EXIT.usage);
  const home = stateFolder(world);
  const found = await mcpCredential(home, agent ?? null);
  if (!found.ok) return out.error(visible(found.fault.message), found.fault.hints.map(visible));
  const well = await runMcpLink({
    home,
    gate: found.value.gate,
    credential: found.value.credential,
    module: module ?? null,
    workspace: world.cwd,
    session: `castellan-mcp.${process.pid}`,
    run: runHeaders(world.env),
    stdin: world.stdin,
    stdout: world.stdout,
    say: (line) => void out.error(visible(line), []),
    note: (line) => out.note(visible(line)),
  });
  return well ? EXIT.done : EXIT.failure;
}
