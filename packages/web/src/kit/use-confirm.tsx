// A change that is asked about once more, in words that say what will be so; a failure stays in the dialog.
import { type ReactNode, useState } from 'react';
import type { Asked, Change, InputOf, OutputOf } from '../connection/use-ask.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import css from './rows.module.css';

export interface Question<Name extends Asked> {
  readonly title: string;
  readonly body: ReactNode;
  /** The verb on the button. */
  readonly yes: string;
  readonly danger?: boolean;
  readonly input: InputOf<Name>;
  readonly done?: (answer: OutputOf<Name>) => void;
}

/** `ask` opens the dialog; `dialog` stands anywhere in the component. */
export function useConfirm<Name extends Asked>(
  change: Change<Name>,
): { readonly ask: (question: Question<Name>) => void; readonly dialog: ReactNode } {
  const [question, setQuestion] = useState<Question<Name> | null>(null);
  const [opened, setOpened] = useState(false);
  const ask = (next: Question<Name>): void => {
    change.reset();
    setQuestion(next);
    setOpened(true);
  };
  if (question === null) return { ask, dialog: null };
  const { title, body, yes, danger = false, input, done } = question;
  const confirm = async (): Promise<void> => {
    const answer = await change.run(input);
    if (answer === null) return;
    setOpened(false);
    done?.(answer);
  };
  const dialog = (
    <ConfirmDialog
      opened={opened}
      title={title}
      confirm={yes}
      danger={danger}
      pending={change.pending}
      failure={change.failure}
      onConfirm={() => void confirm()}
      onClose={() => setOpened(false)}
    >
      <div className={css.stack}>{body}</div>
    </ConfirmDialog>
  );
  return { ask, dialog };
}
