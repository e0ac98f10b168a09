// How the daemon stands: ready or not, room by room, in numbers.
import {
  type Family,
  type HealthFacts,
  healthOf,
  notReadyOf,
  PROMETHEUS_TYPE,
  prometheusText,
} from '../../telemetry/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

export interface HealthHost {
  readonly families: () => readonly Family[];
  readonly health: () => HealthFacts;
}

export function healthHandlers({ families, health }: HealthHost): Pick<Handlers, 'ready' | 'health' | 'metrics'> {
  return {
    ready() {
      const why = notReadyOf(health());
      // A reason of a closed set and nothing else: whoever is nobody reads it too.
      if (why !== null) throw new Refused('not_ready', why);
      return { ready: true };
    },
    health: () => healthOf(health()),
    metrics({ reply }) {
      reply.header('content-type', PROMETHEUS_TYPE);
      return prometheusText(families());
    },
  };
}
