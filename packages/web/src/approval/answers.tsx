// The answers, always in the same order and place: deny at the left, approve at the far right, nothing ever swaps. Where deny
// stood, only its undo may stand next.
import type { Approval } from '@castellan/contract';
import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNow } from '../connection/use-now.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { Kbd } from '../kit/kbd.tsx';
import css from './answers.module.css';
import type { PendingDeny } from './deny-queue.ts';

export interface AnswersProps {
  readonly approval: Approval;
  readonly steady: boolean;
  readonly sending: 'approve' | 'deny' | null;
  readonly failure: unknown;
  /** Whether whoever looks may answer at all. */
  readonly may: boolean;
  readonly reasoning: boolean;
  /** Without the API there is nothing to edit or grant: the page of a link. */
  readonly simple?: boolean;
  readonly onApprove: () => void;
  readonly onDeny: (reason: string | null) => void;
  readonly onReason: (open: boolean) => void;
  readonly onEdit: () => void;
  readonly onMore: () => void;
}

function ReasonForm({
  onDeny,
  onCancel,
}: {
  readonly onDeny: (reason: string) => void;
  readonly onCancel: () => void;
}) {
  const [reason, setReason] = useState('');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim() !== '') onDeny(reason.trim());
  };
  return (
    <form
      className={css.reason}
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
        if (event.key === 'Enter' && !event.shiftKey) send(event);
      }}
    >
      <Textarea
        label="Why not? The agent reads this"
        value={reason}
        maxLength={500}
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
        ref={(field) => field?.focus()}
      />
      <div className={css.row}>
        <Button type="submit" className={css.deny ?? ''} disabled={reason.trim() === ''}>
          Deny with this reason
        </Button>
        <Button variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

export function UndoBar({ deny, onUndo }: { readonly deny: PendingDeny; readonly onUndo: () => void }) {
  const left = Math.max(0, Math.ceil((deny.sendAt - useNow()) / 1000));
  return (
    <div className={css.bar} role="status">
      <div className={css.row}>
        <Button onClick={onUndo}>
          Undo <Kbd>u</Kbd>
        </Button>
        <p>
          <strong>Denied{deny.reason === null ? '' : ' with your reason'}.</strong>{' '}
          <span className="muted numbers">
            It is sent {left === 0 ? 'now' : `in ${left} s`}, or when you leave this page.
          </span>
        </p>
      </div>
    </div>
  );
}

export function Answers(props: AnswersProps) {
  const { approval, steady, sending, failure, may, reasoning, simple = false } = props;
  const { onApprove, onDeny, onReason, onEdit, onMore } = props;
  if (!may)
    return (
      <div className={css.bar}>
        <p className="muted">You may look at this, and somebody with the role of an approver answers it.</p>
      </div>
    );
  if (approval.state.kind === 'queued')
    return (
      <div className={css.bar}>
        <p className="muted">Another call touches the same thing and is answered first.</p>
      </div>
    );
  const still = !steady || sending !== null;
  const hold = { 'aria-disabled': still || undefined, 'data-still': still || undefined } as const;
  // Some calls ask each time, whatever was allowed before.
  const grantable = approval.suggestions.length > 0 || approval.taskGrant !== null;
  const when = (act: () => void) => (): void => {
    if (!still) act();
  };
  return (
    <div className={css.bar}>
      <ErrorNote error={failure} />
      {reasoning ? (
        <ReasonForm onDeny={onDeny} onCancel={() => onReason(false)} />
      ) : (
        <div className={css.row}>
          <Button className={css.deny ?? ''} {...hold} loading={sending === 'deny'} onClick={when(() => onDeny(null))}>
            Deny <Kbd>d</Kbd>
          </Button>
          <Button variant="subtle" color="gray" {...hold} onClick={when(() => onReason(true))}>
            with a reason <Kbd>r</Kbd>
          </Button>
          <span className={css.gap} />
          {simple ? null : (
            <>
              <Button variant="subtle" color="gray" {...hold} onClick={when(onEdit)}>
                Edit <Kbd>e</Kbd>
              </Button>
              <Button
                variant="subtle"
                color="gray"
                {...hold}
                disabled={!grantable}
                title={grantable ? undefined : 'Calls like this one ask each time: no grant may cover them'}
                onClick={when(onMore)}
              >
                Approve more… <Kbd>g</Kbd>
              </Button>
            </>
          )}
          <Button
            variant="filled"
            className={css.approve ?? ''}
            {...hold}
            loading={sending === 'approve'}
            onClick={when(onApprove)}
          >
            {approval.factorNeeded ? 'Approve once: prove it is you' : 'Approve once'} <Kbd>a</Kbd>
          </Button>
        </div>
      )}
    </div>
  );
}
