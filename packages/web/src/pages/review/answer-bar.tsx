// The answers to a version, at the same places as on the approval card: reject at the left, approve at the far right. Rejecting
// takes a reason, because its author reads it and tries again.
import type { ScriptVersion } from '@castellan/contract';
import { Button, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import css from '../../approval/answers.module.css';
import { useChange } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Kbd } from '../../kit/kbd.tsx';
import { standingOf } from '../../scripts/model.ts';

export interface AnswerBarProps {
  readonly version: ScriptVersion;
  readonly may: boolean;
  readonly steady: boolean;
  readonly factorNeeded: boolean;
  readonly reasoning: boolean;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly onApprove: () => void;
  readonly onReason: (open: boolean) => void;
  readonly onNext?: () => void;
}

/** What else can be done, at the page of the script. */
const LEADS = {
  approved: 'Run it, or disable it',
  rejected: 'All of its versions',
  disabled: 'Restore it among its versions',
  superseded: 'Restore it among its versions',
} as const;

export function AnswerBar(props: AnswerBarProps) {
  const { version, may, steady, factorNeeded, reasoning, pending, failure, onApprove, onReason, onNext } = props;
  const { state, script: name } = version;
  const still = !steady || pending;
  const hold = { 'aria-disabled': still || undefined, 'data-still': still || undefined } as const;
  const approve = (
    <Button
      variant="filled"
      className={css.approve ?? ''}
      {...hold}
      loading={pending}
      onClick={() => (still ? undefined : onApprove())}
    >
      {factorNeeded ? 'Approve: prove it is you' : 'Approve'} <Kbd>a</Kbd>
    </Button>
  );
  if (state.kind !== 'pending')
    return (
      <div className={css.bar}>
        <ErrorNote error={failure} />
        <div className={css.row}>
          <p role="status">
            This version is <strong>{standingOf(state).word}</strong>.{' '}
            <Link to="/scripts/$name" params={{ name }}>
              {LEADS[state.kind]}
            </Link>
          </p>
          <span className={css.gap} />
          {onNext === undefined ? null : (
            <Button onClick={onNext}>
              Next review <Kbd>n</Kbd>
            </Button>
          )}
          {state.kind === 'rejected' && may ? approve : null}
        </div>
      </div>
    );
  if (!may)
    return (
      <div className={css.bar}>
        <p className="muted">You may look at this, and somebody with the role of an approver answers it.</p>
      </div>
    );
  if (reasoning) return <RejectForm version={version} onClose={() => onReason(false)} />;
  return (
    <div className={css.bar}>
      <ErrorNote error={failure} />
      <div className={css.row}>
        <Button className={css.deny ?? ''} {...hold} onClick={() => (still ? undefined : onReason(true))}>
          Reject with a reason <Kbd>r</Kbd>
        </Button>
        <span className={css.gap} />
        {approve}
      </div>
    </div>
  );
}

function RejectForm({ version, onClose }: { readonly version: ScriptVersion; readonly onClose: () => void }) {
  const [reason, setReason] = useState('');
  const reject = useChange('rejectScript');
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (reason.trim() === '' || reject.pending) return;
    const body = { digest: version.digest, reason: reason.trim() };
    if ((await reject.run({ params: { name: version.script }, body })) !== null) onClose();
  };
  return (
    <div className={css.bar}>
      <form
        className={css.reason}
        onSubmit={(event) => void send(event)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter' && !event.shiftKey) void send(event);
        }}
      >
        <ErrorNote error={reject.failure} />
        <Textarea
          label="Why not? Whoever proposed it reads this"
          value={reason}
          maxLength={1000}
          minRows={2}
          onChange={(event) => setReason(event.currentTarget.value)}
          ref={(field) => field?.focus()}
        />
        <div className={css.row}>
          <Button type="submit" className={css.deny ?? ''} disabled={reason.trim() === ''} loading={reject.pending}>
            Reject with this reason
          </Button>
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </div>
  );
}
