// All keys of a page.
import { Modal } from '@mantine/core';
import css from './key-help.module.css';

/** What each key does, in the order of use. */
export type KeyList = readonly (readonly [key: string, what: string])[];

export interface KeyHelpProps {
  readonly keys: KeyList;
  /** What has to stand still for a moment before a key does anything: `a card`. */
  readonly steady: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function KeyHelp({ keys, steady, opened, onClose }: KeyHelpProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size={380} closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className={css.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">Keys do nothing for a moment after {steady} has changed.</p>
    </Modal>
  );
}
