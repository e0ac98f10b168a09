// All keys of the inbox.
import { Modal } from '@mantine/core';
import css from './key-help.module.css';

const KEYS = [
  ['j', 'next'],
  ['k', 'the one before'],
  ['a', 'approve once'],
  ['d', 'deny'],
  ['r', 'deny with a reason'],
  ['u', 'undo a deny'],
  ['e', 'edit the arguments'],
  ['g', 'approve more'],
  ['w', 'why you are asked'],
  ['o', 'open the arguments'],
  ['f', 'freeze all agents'],
  ['?', 'this help'],
] as const;

export function KeyHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
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
      <p className="muted">Keys do nothing for a moment after a card has changed.</p>
    </Modal>
  );
}
