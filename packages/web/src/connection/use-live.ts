// Live events for components: the waiting approvals, the alarms, the state of the connection; and what keeps it going.
import type { LiveEvent } from '@castellan/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { now } from '../clock.ts';
import { type Connection, useConnection } from './context.tsx';
import { Failure } from './failure.ts';
import { followLive, type LiveState } from './live-connection.ts';
import type { LiveModel } from './live-model.ts';
import { type Asked, ask } from './use-ask.ts';
import { openSocket } from './web-socket.ts';

/** A part of the live model; drawn again when that part is another. */
export function useLive<T>(part: (model: LiveModel) => T): T {
  const { live } = useConnection();
  return useSyncExternalStore(live.subscribe, () => part(live.model()));
}

export function useLiveState(): LiveState {
  const { live } = useConnection();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** What is asked again when something changed elsewhere. */
const ROUTES_OF: Readonly<Record<Extract<LiveEvent, { kind: 'changed' }>['what'], readonly Asked[]>> = {
  agents: ['agents', 'standings', 'status', 'foundAgents', 'checks'],
  grants: ['grants', 'checks'],
  secrets: ['secrets', 'checks'],
  work: ['status', 'limits'],
  terminals: ['terminals'],
  channels: ['channels', 'checks'],
  people: ['users', 'me', 'signIns', 'apiTokens', 'checks'],
  modules: ['modules', 'module', 'policy', 'checks'],
  scripts: ['scripts', 'script', 'scriptVersion', 'scriptRuns', 'scriptRun', 'schedules', 'schedule'],
  schedules: ['schedules', 'schedule'],
};

/** A panic or the end of one is told of as an alarm. */
const IN_A_PANIC: readonly Asked[] = ['recovery', 'incidents', 'incident'];

function routesTold(event: LiveEvent): readonly Asked[] {
  switch (event.kind) {
    case 'changed':
      return ROUTES_OF[event.what];
    case 'policy':
      return ['policy', 'rules', 'status', 'checks', 'modules', 'module'];
    case 'alarm':
      return ['status', 'checks', ...(event.alarm.kind === 'panic' ? IN_A_PANIC : [])];
    case 'call':
      return ['activity', 'module'];
    case 'approval':
      return ['approval', 'grants', 'fatigue', 'activity'];
    case 'hello':
    case 'reminder':
    case 'bye':
      return [];
  }
}

function pauseOf(connection: Connection): (ms: number, signal: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const forget = connection.onHurry(done);
      signal.addEventListener('abort', done);
    });
}

const PROBE_EVERY_MS = 20_000;
const PROBE_PATIENCE_MS = 6000;

/** Asks now and then, and whenever somebody comes back to the page, whether the daemon still answers. */
function silenceOf(connection: Connection): (signal: AbortSignal) => Promise<string> {
  const pause = pauseOf(connection);
  return async (signal) => {
    for (;;) {
      await pause(PROBE_EVERY_MS, signal);
      if (signal.aborted) return 'ended';
      const answer = await connection.api.live({ signal: AbortSignal.timeout(PROBE_PATIENCE_MS) });
      if (!answer.ok) return 'the daemon does not answer';
    }
  };
}

/** Keeps the connection for as long as the component that calls it is shown. */
export function useLiveConnection(): void {
  const connection = useConnection();
  const queries = useQueryClient();
  useEffect(() => {
    const ended = new AbortController();
    const { live, api } = connection;
    let first = true;
    void followLive(
      {
        ticket: async () => {
          try {
            return { ok: true, ticket: (await ask(api, 'ticket', { body: { for: 'live' } })).ticket };
          } catch (error) {
            return { ok: false, why: error instanceof Failure ? error.message : String(error) };
          }
        },
        open: openSocket,
        pause: pauseOf(connection),
        silence: silenceOf(connection),
        now,
        seen: () => live.model().at,
        onMessage: (message) => {
          live.message(message);
          for (const name of routesTold(message.event)) void queries.invalidateQueries({ queryKey: [name] });
        },
        onState: (state) => {
          live.setState(state);
          // What was asked before the connection was lost may be old.
          if (state.kind === 'live' && !first) void queries.invalidateQueries();
          if (state.kind === 'live') first = false;
        },
      },
      ended.signal,
    );
    return () => {
      ended.abort();
      live.clear();
    };
  }, [connection, queries]);
}
