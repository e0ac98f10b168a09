// Sign in: a password and, where there is one, a second factor; or a passkey alone.
import type { SignInAnswer } from '@castellan/contract';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { useSignedIn } from '../../connection/use-signed-in.ts';
import { Alone } from '../../shell/alone.tsx';
import { FactorStep } from './factor-step.tsx';
import { HeldOff, useHeldOff } from './held-off.tsx';
import { PasskeySignIn } from './passkey-sign-in.tsx';
import css from './sign-in.module.css';

type FactorNeeded = Extract<SignInAnswer, { kind: 'factor-needed' }>;

function PasswordForm({ onAnswer }: { readonly onAnswer: (answer: SignInAnswer) => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useChange('signIn');
  const held = useHeldOff(signIn.failure);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await signIn.run({ body: { name: name.trim().toLowerCase(), password } });
    setPassword('');
    if (answer !== null) onAnswer(answer);
  };
  return (
    <form className={css.form} onSubmit={(event) => void send(event)}>
      <TextInput
        label="Name"
        value={name}
        required
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        value={password}
        required
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <HeldOff failure={signIn.failure} seconds={held} />
      <Button type="submit" variant="filled" fullWidth loading={signIn.pending} disabled={held > 0}>
        Sign in
      </Button>
    </form>
  );
}

export function Page() {
  const { to } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const signedIn = useSignedIn();
  const setup = useAsk('setup');
  const [needed, setNeeded] = useState<FactorNeeded | null>(null);
  const answered = (answer: SignInAnswer): void => {
    if (answer.kind === 'factor-needed') setNeeded(answer);
    else {
      signedIn(answer);
      router.history.replace(to ?? '/');
    }
  };
  if (setup.data?.needed === true)
    return (
      <Alone title="Not set up yet" lead="Nobody has an account here.">
        <p>
          <Link to="/setup">Set Castellan up</Link>: it takes two minutes.
        </p>
      </Alone>
    );
  if (needed !== null)
    return (
      <Alone title="One more step" lead="Your password was right. Now prove that it is you.">
        <FactorStep needed={needed} onAnswer={answered} onBack={() => setNeeded(null)} />
      </Alone>
    );
  return (
    <Alone title="Sign in" lead="What your agents ask for waits behind this.">
      <PasswordForm onAnswer={answered} />
      <PasskeySignIn onAnswer={answered} />
    </Alone>
  );
}
