// The second step of a sign-in: a passkey, a code of an app, or a recovery code.
import type { FactorProof, JsonObject, SignInAnswer } from '@castellan/contract';
import { Button, TextInput } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { type FormEvent, useState } from 'react';
import { proofOf } from '../../account/prove.tsx';
import { useChange } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { mayUsePasskeys } from '../../kit/passkeys.ts';
import { HeldOff, useHeldOff } from './held-off.tsx';
import css from './sign-in.module.css';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

function PasskeyButton({
  options,
  onProof,
}: {
  readonly options: JsonObject;
  readonly onProof: (proof: FactorProof) => Promise<void>;
}) {
  const [problem, setProblem] = useState<unknown>(null);
  const prove = async (): Promise<void> => {
    setProblem(null);
    try {
      // The daemon made the options with the WebAuthn library's own types; its answer is checked there again.
      const response = await startAuthentication({ optionsJSON: options as unknown as Options });
      await onProof({ kind: 'passkey', response: JSON.parse(JSON.stringify(response)) });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <Button fullWidth variant="filled" onClick={() => void prove()}>
        Use your passkey
      </Button>
      <ErrorNote error={problem} />
    </>
  );
}

export function FactorStep({
  needed,
  onAnswer,
  onBack,
}: {
  readonly needed: Extract<SignInAnswer, { kind: 'factor-needed' }>;
  readonly onAnswer: (answer: SignInAnswer) => void;
  readonly onBack: () => void;
}) {
  const [text, setText] = useState('');
  const prove = useChange('signInFactor');
  const held = useHeldOff(prove.failure);
  const proof = proofOf(text);
  const send = async (factor: FactorProof): Promise<void> => {
    const answer = await prove.run({ body: { challenge: needed.challenge, factor } });
    setText('');
    if (answer !== null) onAnswer(answer);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (proof !== null) void send(proof);
  };
  const withCode = needed.factors.includes('totp') || needed.factors.includes('recovery');
  return (
    <div className={css.form}>
      {needed.passkey !== undefined && mayUsePasskeys(location) ? (
        <PasskeyButton options={needed.passkey} onProof={send} />
      ) : null}
      {withCode ? (
        <form className={css.form} onSubmit={submit}>
          <TextInput
            label={needed.factors.includes('totp') ? 'Code of your app, or a recovery code' : 'A recovery code'}
            value={text}
            required
            autoFocus
            autoComplete="one-time-code"
            spellCheck={false}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="filled"
            fullWidth
            loading={prove.pending}
            disabled={proof === null || held > 0}
          >
            Go on
          </Button>
        </form>
      ) : null}
      <HeldOff failure={prove.failure} seconds={held} />
      <Button variant="subtle" color="gray" fullWidth onClick={onBack}>
        Begin again
      </Button>
    </div>
  );
}
