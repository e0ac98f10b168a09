// How the vault is: nothing while it is open; what to do while it is not.

import type { VaultState } from '@castellan/contract';
import { PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { ShellLine } from '../../kit/shell-line.tsx';
import { capital } from '../../kit/words.ts';

const KEPT: Readonly<Record<NonNullable<VaultState['key']>, string>> = {
  keychain: "its key is in this machine's keychain",
  passphrase: 'its key comes of a passphrase',
  file: 'its key is in a file beside it: whoever reads your files reads it too',
};

export function VaultNote({ vault }: { readonly vault: VaultState }) {
  switch (vault.state) {
    case 'open':
    case 'empty':
      return vault.key === null ? null : (
        <p className={kit.note}>
          The vault is open; {KEPT[vault.key]}.{vault.text === '' ? '' : ` ${capital(vault.text)}.`}
        </p>
      );
    case 'locked':
      return (
        <Note kind="warn" title="The vault is locked">
          <p>Known secrets cannot be found in what agents send or see, and nothing that needs one works.</p>
          {vault.text === '' ? null : <p>{capital(vault.text)}</p>}
          <Unlock byPassphrase={vault.key === 'passphrase'} />
        </Note>
      );
    case 'damaged':
      return (
        <Note kind="bad" title="The vault cannot be read">
          <p>{vault.text === '' ? 'Nothing was overwritten.' : capital(vault.text)}</p>
          <ShellLine command="castellan secrets recover previous" />
        </Note>
      );
  }
}

function Unlock({ byPassphrase }: { readonly byPassphrase: boolean }) {
  const [passphrase, setPassphrase] = useState('');
  const unlock = useChange('unlockVault');
  const may = useMay('secrets:write');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await unlock.run({ body: byPassphrase ? { passphrase } : {} });
    setPassphrase('');
  };
  if (!may) return <p>Somebody who may change secrets has to unlock it.</p>;
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)}>
      {byPassphrase ? (
        <PasswordInput
          label="Passphrase"
          value={passphrase}
          autoComplete="off"
          required
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
      ) : null}
      <ErrorNote error={unlock.failure} />
      <div>
        <Act needs="secrets:write" submit variant="filled" pending={unlock.pending}>
          {byPassphrase ? 'Unlock' : 'Look for its key again'}
        </Act>
      </div>
    </form>
  );
}
