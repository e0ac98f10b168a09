// Asks once more before something that is not easily taken back. The safe answer has the focus.
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './confirm-dialog.module.css';
import { ErrorNote } from './error-note.tsx';

export interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** The word on the button: what happens, not `OK`. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly pending?: boolean;
  readonly failure?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, title, children, confirm, danger = false, pending = false, failure, onConfirm, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={css.body}>
        {children}
        <ErrorNote error={failure} />
      </div>
      <div className={css.answers}>
        <Button data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="filled"
          {...(danger ? { className: css.danger ?? '' } : {})}
          loading={pending}
          onClick={onConfirm}
        >
          {confirm}
        </Button>
      </div>
    </Modal>
  );
}
