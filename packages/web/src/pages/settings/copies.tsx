// Copies of the whole state: the last one, those that are kept, and one made now. They are files of this machine: none is handed to a
// browser, and none is brought back from here, because what a copy brings back is more than a page may decide.
import { Checkbox, PasswordInput } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { type FormEvent, useState } from 'react';
import { type OutputOf, useAsk, useChange, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { ShellLine } from '../../kit/shell-line.tsx';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { bytesText } from '../../kit/words.ts';

const EXAMPLE = `backups:
  every: 1d
  keep: 7
  passphrase: BACKUP_PASSPHRASE # a secret of the vault
`;

export function Copies() {
  const may = useMay('backups:write');
  return (
    <Asked query={useAsk('backups')}>
      {(view) => (
        <div className={kit.wide}>
          {view.failed === null ? null : (
            <Note kind="bad" title="The last copy failed">
              <p>{view.failed}</p>
            </Note>
          )}
          <Told view={view} />
          {may ? <Make /> : null}
          <h3>By itself</h3>
          <p>
            Copies are made by themselves where <code>config.yaml</code> says so. It takes effect as soon as the file is
            saved.
          </p>
          <Verbatim text={EXAMPLE} label="An example for config.yaml" />
          <h3>Bringing one back</h3>
          <p>Is done in the terminal; it says what stands in its way:</p>
          <ShellLine command="castellan restore FILE" />
        </div>
      )}
    </Asked>
  );
}

function Told({ view: { every, keep, folder, last, copies, others } }: { readonly view: OutputOf<'backups'> }) {
  return (
    <>
      <Facts
        facts={[
          [
            'Last copy',
            last === null ? (
              'none yet'
            ) : (
              <>
                <When at={last.at} />, {bytesText(last.bytes)}, {countText(last.records, 'record')}, read back and
                verified
              </>
            ),
          ],
          ['By itself', every === null ? 'never' : `every ${every}, the last ${keep} stay`],
          ['Folder', <code key="folder">{folder}</code>],
          others === 0 ? null : ['Of other states there', countText(others, 'copy', 'copies')],
        ]}
      />
      {copies.length === 0 ? null : (
        <ul className={kit.rows} aria-label="Copies">
          {copies.map(({ file, bytes, at }) => (
            <li key={file} className={kit.row}>
              <code>{file}</code>
              <span className={kit.note}>
                {bytesText(bytes)}, <When at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The rule of the daemon, told before it is asked. */
const SHORTEST = 12;

function Make() {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [undo, setUndo] = useState(false);
  const [made, setMade] = useState<OutputOf<'makeBackup'> | null>(null);
  const make = useChange('makeBackup');
  const short = passphrase !== '' && passphrase.length < SHORTEST;
  const differs = again !== '' && again !== passphrase;
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setMade(null);
    const answer = await make.run({ body: { passphrase, undo } });
    setPassphrase('');
    setAgain('');
    setMade(answer);
  };
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)}>
      <h3>Make one now</h3>
      <PasswordInput
        label="Passphrase"
        description="It opens the copy on any machine; without it nothing does. Nobody keeps it for you."
        value={passphrase}
        required
        autoComplete="new-password"
        error={short ? `at least ${SHORTEST} characters` : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <PasswordInput
        label="Once more"
        value={again}
        required
        autoComplete="new-password"
        error={differs ? 'it is not the same' : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show what was typed once more' }}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      <Checkbox
        label="With what undo needs"
        description="Files as they were before agents changed them; the copy may become large"
        checked={undo}
        onChange={(event) => setUndo(event.currentTarget.checked)}
      />
      <ErrorNote error={make.failure} />
      {made === null ? null : (
        <Note kind="good" title="Made, read back and verified">
          <p>
            <code>{made.file}</code>, {bytesText(made.bytes)}, {countText(made.records, 'record')} of the ledger
          </p>
        </Note>
      )}
      <div>
        <Act
          needs="backups:write"
          submit
          variant="filled"
          pending={make.pending}
          disabled={passphrase.length < SHORTEST || passphrase !== again}
        >
          Make a copy
        </Act>
      </div>
    </form>
  );
}
