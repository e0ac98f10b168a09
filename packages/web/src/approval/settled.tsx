// What became of an approval: who, when, why, with what.
import type { Approval, ApprovalState } from '@castellan/contract';
import type { ReactNode } from 'react';
import { JsonView } from '../kit/json-view.tsx';
import { Note } from '../kit/note.tsx';
import { When } from '../kit/when.tsx';
import { Who } from '../kit/who.tsx';

type Over = Exclude<ApprovalState, { kind: 'pending' | 'queued' }>;

const KINDS = { approved: 'good', denied: 'bad', 'timed-out': 'warn', cancelled: 'plain' } as const;
const WORDS = {
  approved: 'Approved',
  denied: 'Denied',
  'timed-out': 'Nobody answered in time: refused',
  cancelled: 'Withdrawn',
} as const;

export const settledWord = (kind: Over['kind']): string => WORDS[kind];
export const isOver = (state: ApprovalState): state is Over => state.kind !== 'pending' && state.kind !== 'queued';

function Rest({ state }: { readonly state: Over }): ReactNode {
  switch (state.kind) {
    case 'approved':
      return state.edited === undefined ? null : (
        <>
          <p>With other arguments:</p>
          <JsonView value={state.edited.arguments} />
        </>
      );
    case 'denied':
      return state.reason === undefined ? null : <p>The agent was told: {state.reason}</p>;
    case 'timed-out':
      return null;
    case 'cancelled':
      return <p>{state.why}</p>;
  }
}

export function Settled({ approval, actions }: { readonly approval: Approval; readonly actions?: ReactNode }) {
  const { state } = approval;
  if (!isOver(state)) return null;
  const by = state.kind === 'approved' || state.kind === 'denied' ? state.by : null;
  return (
    <Note
      kind={KINDS[state.kind]}
      title={
        <>
          {WORDS[state.kind]}
          {by === null ? null : (
            <>
              {' by '}
              <Who who={by} />
            </>
          )}
          {' · '}
          <When at={state.at} />
        </>
      }
      {...(actions === undefined ? {} : { actions })}
    >
      <Rest state={state} />
    </Note>
  );
}
