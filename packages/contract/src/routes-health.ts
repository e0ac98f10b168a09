// Routes for whoever looks after the daemon.
import { healthSchema, readySchema } from './health.ts';
import type { Route } from './route.ts';

export const HEALTH_ROUTES = {
  ready: {
    method: 'GET',
    path: '/v1/ready',
    permission: 'public',
    beforeSetup: true,
    summary: 'whether calls are let through; 503 `not_ready` with the reason otherwise',
    response: readySchema,
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    permission: 'health:read',
    summary: 'how each room of the daemon stands',
    response: healthSchema,
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    permission: 'metrics:read',
    summary: 'metrics in the text format of Prometheus',
  },
} as const satisfies Readonly<Record<string, Route>>;
