// Everything a running script can ask its host for. One call at a time; what throws here ends the run, never the daemon.
import type { ScriptHost } from '@castellan/sandbox';
import { http } from './http.ts';
import { has } from './secrets.ts';
import { tool } from './tool.ts';
import { type HostRun, refused } from './turn.ts';

/** @param run null: an eval, which asks for the time and for sleep alone. */
export function scriptHost(
  clock: { now(): number; after(ms: number, action: () => void): () => void },
  run: HostRun | null,
): ScriptHost {
  return async (call, turn) => {
    switch (call.kind) {
      case 'now':
        return { kind: 'value', value: clock.now() };
      case 'sleep':
        await slept(clock, call.ms, turn.signal);
        return { kind: 'value', value: null };
    }
    // The child was told so too; it is not believed that it obeys.
    if (run === null) return refused('capability_missing', 'what nobody approved reaches nothing');
    const gone = run.gone();
    if (gone !== null) return refused('call_refused', gone);
    switch (call.kind) {
      case 'secret': {
        const answer = has(run.secrets, call.name);
        run.noted.begin('secret', `secrets.has ${call.name}`).end('live', answer ? 'there is one' : 'there is none');
        return { kind: 'value', value: answer };
      }
      case 'http':
        return http(run, turn, call);
      case 'tool':
        return tool(run, turn, call);
    }
  };
}

function slept(
  clock: { after(ms: number, action: () => void): () => void },
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(ms, resolve);
    const end = (): void => {
      stop();
      resolve();
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}
