// Routes of evidence: proofs, retention, exports of the ledger, and collectors that it is forwarded to.
import { proofQuerySchema, proofResponseSchema, sealRequestSchema, sealResponseSchema } from './evidence.ts';
import { exportQuerySchema, forwardListSchema, forwardTestSchema } from './forward.ts';
import type { Route } from './route.ts';

export const EVIDENCE_ROUTES = {
  callProof: {
    method: 'GET',
    path: '/v1/calls/:id/proof',
    permission: 'ledger:read',
    summary: 'a stand-alone proof of what is recorded of a call',
    query: proofQuerySchema,
    response: proofResponseSchema,
  },
  sealLedger: {
    method: 'POST',
    path: '/v1/ledger/seal',
    permission: 'ledger:seal',
    summary: 'seal old records: a signed statement and their hashes stay, their bytes go',
    body: sealRequestSchema,
    response: sealResponseSchema,
  },
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
