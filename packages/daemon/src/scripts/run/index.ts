// The door of runs: opened over the pool and the gateway, ended with the daemon.
import type { Session } from '@castellan/contract';
import type { McpEndpoint } from '@castellan/gateway';
import type { ScriptPool } from '@castellan/sandbox';
import type { Modules } from '../../modules/index.ts';
import type { Refusals } from '../../records/index.ts';
import type { Calls, Parts } from '../../surfaces/index.ts';
import type { Runs } from '../parts.ts';
import { ScriptRuns } from './runs.ts';
import type { UseTool } from './turn.ts';

/** What runs stand on. */
export interface RunsOpening {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
  readonly pool: Pick<ScriptPool, 'run' | 'isolation'>;
  readonly gateway: { readonly door: { endpoint(): Promise<Pick<McpEndpoint, 'runTool'>> } };
  readonly modules: Pick<Modules, 'get'> & { readonly upstreams: Pick<Modules['upstreams'], 'closeSession'> };
}

export interface RunsHost extends Omit<RunsOpening, 'gateway' | 'modules'> {
  readonly useTool: UseTool;
  /** Where a module's server is: a host, null for a process here, undefined: there is none. */
  readonly serverHost: (module: string) => string | null | undefined;
  /** Servers of a session that is over end. */
  readonly closeSession: (session: Session['id']) => Promise<void>;
}

/** Everything opened is closed with `stack`: what runs then is ended as cancelled. */
export function openRuns(opening: RunsOpening, stack: AsyncDisposableStack): Runs {
  const { gateway, modules, ...host } = opening;
  const runs = stack.use(
    new ScriptRuns({
      ...host,
      useTool: async (...use) => (await gateway.door.endpoint()).runTool(...use),
      serverHost(module) {
        const start = modules.get(module)?.start;
        if (start === undefined) return undefined;
        return start.kind === 'mcp-http' ? new URL(start.url).host : null;
      },
      closeSession: (session) => modules.upstreams.closeSession(session),
    }),
  );
  runs.settleOld();
  stack.defer(
    host.parts.events.subscribe(
      (event) => {
        if (event.kind === 'changed' && (event.what === 'agents' || event.what === 'work')) runs.sweep();
      },
      (kind) => kind === 'changed',
    ),
  );
  return runs;
}
