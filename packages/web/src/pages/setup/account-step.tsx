// The first account, with the code that only whoever started the daemon has seen.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { NewPassword } from '../../account/new-password.tsx';
import { isGoodEnough } from '../../account/password-rule.ts';
import { useChange } from '../../connection/use-ask.ts';
import { useSignedIn } from '../../connection/use-signed-in.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { ShellLine } from '../../kit/shell-line.tsx';
import css from './setup.module.css';
import { keepStep } from './steps.ts';

/** `abcd1234efgh` as `ABCD-1234-EFGH`, however it was typed. */
export function codeText(typed: string): string {
  const bare = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 12);
  return bare.replace(/(.{4})(?=.)/g, '$1-');
}

export function AccountStep({
  where,
  onMade,
}: {
  readonly where: 'terminal' | 'file';
  readonly onMade: (password: string) => void;
}) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useChange('setUp');
  const signedIn = useSignedIn();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await setUp.run({ body: { code, name: name.trim().toLowerCase(), password } });
    if (answer?.kind !== 'signed-in') return;
    onMade(password);
    keepStep(localStorage, 'factor');
    signedIn(answer);
  };
  return (
    <form className={css.form} onSubmit={(event) => void send(event)}>
      <div className={css.content}>
        <TextInput
          label="One-time code"
          description={
            where === 'terminal'
              ? 'It stands in the terminal where Castellan was started.'
              : 'It stands in a file that only you can read; this shows it:'
          }
          placeholder="XXXX-XXXX-XXXX"
          value={code}
          required
          autoFocus
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onChange={(event) => setCode(codeText(event.currentTarget.value))}
        />
        {where === 'file' ? <ShellLine command="cat ~/.config/castellan/daemon/setup-code" /> : null}
      </div>
      <TextInput
        label="Name"
        description="What you sign in with, and what the ledger calls you: lower case, digits, . _ -"
        value={name}
        required
        maxLength={32}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value.toLowerCase())}
      />
      <NewPassword name={name} value={password} onChange={setPassword} />
      <ErrorNote error={setUp.failure} />
      <Button
        type="submit"
        variant="filled"
        loading={setUp.pending}
        disabled={code.length < 14 || !isGoodEnough(password, name)}
      >
        Make the account
      </Button>
    </form>
  );
}
