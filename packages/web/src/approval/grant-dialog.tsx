// Approve more: each width says what it would newly allow, and when that ends.
import type { Approval } from '@castellan/contract';
import { Modal } from '@mantine/core';
import css from './grant-dialog.module.css';

export function GrantDialog({
  approval,
  opened,
  onTask,
  onGrant,
  onClose,
}: {
  readonly approval: Approval;
  readonly opened: boolean;
  /** Approves as the task's scope has it. */
  readonly onTask: () => void;
  readonly onGrant: (key: string) => void;
  readonly onClose: () => void;
}) {
  const { suggestions, taskGrant } = approval;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Approve this, and more"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {suggestions.length === 0 && taskGrant === null ? null : (
        <p className="muted">Each of these approves this call and also lets the following run without asking:</p>
      )}
      <ul className={css.widths}>
        {taskGrant === null ? null : (
          <li>
            <button type="button" onClick={onTask}>
              <strong>For the rest of this task</strong>
              <span>{taskGrant}</span>
            </button>
          </li>
        )}
        {suggestions.map(({ key, text }) => (
          <li key={key}>
            <button type="button" onClick={() => onGrant(key)}>
              <strong>{text}</strong>
              <span>you can revoke it at any time</span>
            </button>
          </li>
        ))}
      </ul>
      {suggestions.length === 0 && taskGrant === null ? (
        <p>Calls like this one ask each time: no grant may cover them.</p>
      ) : null}
    </Modal>
  );
}
