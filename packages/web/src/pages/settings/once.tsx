// What is shown this one time: an invitation, a token. It leaves the page with the button.
import { Button } from '@mantine/core';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import css from './settings.module.css';

export function Once({
  text,
  label,
  title,
  note,
  onDone,
}: {
  readonly text: string;
  readonly label: string;
  readonly title: string;
  readonly note: string;
  readonly onDone: () => void;
}) {
  return (
    <div className={kit.wide}>
      <Note kind="warn" title={title}>
        <p>{note}</p>
      </Note>
      <p className={css.once}>
        <code>{text}</code>
        <CopyButton text={text} label={label} />
      </p>
      <div>
        <Button variant="filled" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
