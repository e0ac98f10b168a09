// A passkey alone: it is both factors in one. Browsers keep passkeys for names, so an address of numbers is led to a name.
import type { SignInAnswer } from '@castellan/contract';
import { Button } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { ask } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { mayUsePasskeys, namedAddress } from '../../kit/passkeys.ts';
import css from './sign-in.module.css';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

export function PasskeySignIn({ onAnswer }: { readonly onAnswer: (answer: SignInAnswer) => void }) {
  const api = useApi();
  const [problem, setProblem] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  if (!mayUsePasskeys(location))
    return (
      <p className={css.other}>
        To use a passkey, open <a href={namedAddress(location)}>this page at a name</a>: browsers keep passkeys for
        names, not for numbers.
      </p>
    );
  const signIn = async (): Promise<void> => {
    setProblem(null);
    setPending(true);
    try {
      const { challenge, options } = await ask(api, 'passkeyOptions');
      // The daemon made the options with the WebAuthn library's own types; its answer is checked there again.
      const response = await startAuthentication({ optionsJSON: options as unknown as Options });
      onAnswer(
        await ask(api, 'passkeySignIn', { body: { challenge, response: JSON.parse(JSON.stringify(response)) } }),
      );
    } catch (error) {
      setProblem(error);
    }
    setPending(false);
  };
  return (
    <div className={css.form}>
      <p className={css.or}>or</p>
      <Button
        fullWidth
        loading={pending}
        leftSection={<KeyRound size={16} aria-hidden />}
        onClick={() => void signIn()}
      >
        Sign in with a passkey
      </Button>
      <ErrorNote error={problem} />
    </div>
  );
}
