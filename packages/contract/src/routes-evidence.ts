// Routes of evidence: exports of the ledger, and collectors that it is forwarded to.
import { exportQuerySchema, forwardListSchema, forwardTestSchema } from './forward.ts';
import type { Route } from './route.ts';

export const EVIDENCE_ROUTES = {
  exportLedger: {
    method: 'GET',
    path: '/v1/export',
    permission: 'ledger:export',
    summary: 'the records that a query finds, oldest first, in one of seven forms, as a stream',
    query: exportQuerySchema,
  },
  forwards: {
    method: 'GET',
    path: '/v1/forwards',
    permission: 'ledger:read',
    summary: 'collectors that records are forwarded to, and how far each is',
    response: forwardListSchema,
  },
  testForward: {
    method: 'POST',
    path: '/v1/forwards/:name/test',
    permission: 'ledger:export',
    summary: 'send a harmless record to a collector, and say what came of it',
    response: forwardTestSchema,
  },
} as const satisfies Record<string, Route>;
