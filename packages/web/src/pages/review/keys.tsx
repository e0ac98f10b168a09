// All keys of the review.
import { Modal } from '@mantine/core';
import css from '../inbox/key-help.module.css';

const KEYS = [
  ['a', 'approve'],
  ['r', 'reject, with a reason'],
  ['w', 'what it may do'],
  ['o', 'the source'],
  ['t', 'the test run'],
  ['n', 'the next that waits'],
  ['f', 'freeze all agents'],
  ['?', 'this help'],
] as const;

export function Keys({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size={380} closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className={css.keys}>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">Keys do nothing for a moment after the page has changed.</p>
    </Modal>
  );
}
