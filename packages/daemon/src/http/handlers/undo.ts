// Undo: what could be undone, what it would change, and doing it. Who may is in the table of routes; no agent may.
import type { ApiErrorCode } from '@castellan/contract';
import type { UndoAnswer, UndoFault, Undoing } from '../../undo/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

const CODES: Readonly<Record<UndoFault['code'], ApiErrorCode>> = {
  unknown: 'not_found',
  unreadable: 'conflict',
  moved: 'conflict',
  conflicts: 'conflict',
  nothing: 'conflict',
  'not-kept': 'conflict',
  'not-recorded': 'not_recorded',
};

function given<T>(answer: UndoAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new Refused(CODES[answer.code], answer.message, { hint: answer.hint });
}

export function undoHandlers(undoing: Undoing): Pick<Handlers, 'undoables' | 'undoPlan' | 'undo'> {
  return {
    undoables: ({ query }) => undoing.list(query),
    undoPlan: async ({ body }) => given(await undoing.plan(body)),
    undo: async ({ body, actor }) => given(await undoing.run(body, actor)),
  };
}
