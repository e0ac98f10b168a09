// The door of runs: opened over the pool and the gateway, ended with the daemon.
import type { Runs } from '../parts.ts';
import { ScriptRuns } from './runs.ts';
import type { RunsOpening } from './runs-host.ts';

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
