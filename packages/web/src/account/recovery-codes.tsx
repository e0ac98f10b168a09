// Recovery codes, the one time they are shown: to copy, to print, to keep away from this machine.
import { Button, Checkbox } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { Printer } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from '../kit/copy-button.tsx';
import { Note } from '../kit/note.tsx';
import kit from '../kit/rows.module.css';
import css from './account.module.css';

export function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <div className={kit.wide}>
      <Note kind="warn" title="These are shown this once">
        <p>Each signs you in once when your app or passkey is lost. Keep them on paper, away from this machine.</p>
      </Note>
      <ol className={css.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className={kit.actions}>
        <CopyButton text={codes.join('\n')} label="Copy the codes" />
        <Button leftSection={<Printer size={16} aria-hidden />} onClick={() => print()}>
          Print
        </Button>
      </div>
      <Checkbox label="I have kept them" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
      <div>
        <Button variant="filled" disabled={!kept} onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
