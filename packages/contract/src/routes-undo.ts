// Routes of undo: for people, and for tokens of theirs. No agent has one.
import type { Route } from './route.ts';
import {
  undoListQuerySchema,
  undoListSchema,
  undoPlanRequestSchema,
  undoPlanSchema,
  undoResultSchema,
  undoRunRequestSchema,
} from './undo.ts';

export const UNDO_ROUTES = {
  undoables: {
    method: 'GET',
    path: '/v1/undo',
    permission: 'undo:read',
    summary: 'calls whose changes to files are kept, newest first',
    query: undoListQuerySchema,
    response: undoListSchema,
  },
  undoPlan: {
    method: 'POST',
    path: '/v1/undo/plan',
    permission: 'undo:read',
    summary: 'what undoing a call or a task would change, line by line; changes nothing',
    body: undoPlanRequestSchema,
    response: undoPlanSchema,
  },
  undo: {
    method: 'POST',
    path: '/v1/undo',
    permission: 'undo:run',
    summary: 'undo a call or a task as a plan showed it',
    body: undoRunRequestSchema,
    response: undoResultSchema,
  },
} as const satisfies Record<string, Route>;
