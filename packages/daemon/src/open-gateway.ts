// The MCP gateway, joined: the gate as MCP clients meet it, their sessions, and the endpoint, which is opened with the first of
// them. What is opened is closed with `stack`: clients first, then their sessions; the servers of modules end after both.
import type { Session } from '@castellan/contract';
import { type McpEndpoint, type OwnTool, openMcp, shownName } from '@castellan/gateway';
import { type McpDoor, Turns } from './http/index.ts';
import type { Modules } from './modules/index.ts';
import type { Refusals } from './records/index.ts';
import { type Calls, type GatewayTool, McpSessions, McpSurface, type Parts } from './surfaces/index.ts';

export interface GatewayHost {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
  readonly modules: Modules;
  readonly version: string;
  readonly rates: McpDoor['rates'];
  /** Tools of ours beside those of modules. */
  readonly own: readonly OwnTool[];
  /** Told of each session that is over: what our own tools run in it ends. */
  readonly ended: (session: Session) => Promise<void>;
}

export interface Gateway {
  readonly door: McpDoor;
  readonly tool: GatewayTool;
}

export function openGateway(host: GatewayHost, stack: AsyncDisposableStack): Gateway {
  const { parts, calls, refusals, modules, version, rates, own, ended } = host;
  const { clock, exits } = parts;
  let opened: Promise<McpEndpoint> | null = null;
  const sessions = stack.use(
    new McpSessions({
      parts,
      calls,
      ending: async (session) => (await opened)?.endSession(session.id),
      ended: async (session) => {
        await Promise.all([modules.upstreams.closeSession(session.id), ended(session)]);
      },
    }),
  );
  const cwdOf = (module: string, workspace: string): string => modules.cwdOf(module) ?? workspace;
  /** With a manifest that names a server, accepted or not: one that is held may be let go while a client waits. */
  const hasServer = (module: string): boolean =>
    parts.policy.policy.modules.some(
      ({ manifest: { name, start } }) => name === module && (start.kind === 'mcp' || start.kind === 'mcp-http'),
    );
  const endpoint = (): Promise<McpEndpoint> => {
    opened ??= openMcp({
      gate: new McpSurface(parts, calls, refusals, cwdOf),
      modules,
      upstreams: modules.upstreams,
      clock,
      version,
      own,
    });
    return opened;
  };
  stack.defer(async () => (await opened)?.[Symbol.asyncDispose]());
  /** A stream that was opened before its agent was disconnected hears nothing any more, and its sessions are over. */
  const endRevoked = async (): Promise<void> => {
    if (opened === null) return;
    const revoked = parts.agents.list().filter(({ revokedAt }) => revokedAt !== null);
    const open = await opened;
    await Promise.all(revoked.map(({ id }) => open.endAgent(id)));
    sessions.sweep();
  };
  stack.defer(
    parts.events.subscribe(
      (event) => {
        if (event.kind === 'changed' && event.what === 'agents') endRevoked().catch(() => undefined);
      },
      (kind) => kind === 'changed',
    ),
  );
  return {
    door: { exits, rates, turns: new Turns(), sessions, hasServer, endpoint, after: (ms, run) => clock.after(ms, run) },
    tool(shownAs, workspace, spelt) {
      const ours = own
        .filter(({ definition }) => spelt(definition.name) === shownAs)
        .map(({ module, tool, definition }) => ({ module, tool: tool ?? definition.name }));
      const theirs = modules
        .all()
        .flatMap(({ name: module, offered }) =>
          offered
            .filter(({ kind, name }) => kind === 'tool' && spelt(shownName(module, name)) === shownAs)
            .map(({ name: tool }) => ({ module, tool })),
        );
      const [found, other] = [...ours, ...theirs];
      // Two that the client writes alike: which of them it means the gateway will be asked.
      if (found === undefined || other !== undefined) return null;
      return { ...found, cwd: cwdOf(found.module, workspace) };
    },
  };
}
