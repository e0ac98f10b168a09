// Before a factor is added or taken away a person proves again who they are: with a factor where there is one, else with the
// password. RULE: what was typed is forgotten with the answer.
import type { FactorProof } from '@castellan/contract';
import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { type FormEvent, useState } from 'react';
import { useApi } from '../connection/context.tsx';
import { ask, type OutputOf, useMe } from '../connection/use-ask.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { mayUsePasskeys } from '../kit/passkeys.ts';
import kit from '../kit/rows.module.css';

export type Proof = { readonly password: string } | { readonly factor: FactorProof };

/** Six digits are an app's; anything longer is a recovery code. */
export function proofOf(text: string): FactorProof | null {
  const code = text.replaceAll(' ', '');
  if (/^\d{6}$/.test(code)) return { kind: 'totp', code };
  return text.trim().length >= 8 ? { kind: 'recovery', code: text.trim() } : null;
}

export interface ProveProps {
  /** What it is for: `Add a passkey`. */
  readonly title: string;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly onProof: (proof: Proof) => void;
  /** Where the passkey is asked about one thing and no other; absent: about one's own account. */
  readonly begin?: () => Promise<OutputOf<'accountFactor'>>;
}

export function Prove({ title, pending, failure, onProof, begin }: ProveProps) {
  const factors = useMe().data?.user.factors;
  const [text, setText] = useState('');
  if (factors === undefined) return null;
  const withFactor = factors.totp || factors.passkeys > 0;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const factor = proofOf(text);
    if (!withFactor) onProof({ password: text });
    else if (factor !== null) onProof({ factor });
    setText('');
  };
  return (
    <div className={kit.form}>
      {factors.passkeys > 0 && mayUsePasskeys(location) ? (
        <ByPasskey onProof={onProof} pending={pending} {...(begin === undefined ? {} : { begin })} />
      ) : null}
      <form className={kit.form} onSubmit={send}>
        {withFactor ? (
          <TextInput
            label="Code of your app, or a recovery code"
            value={text}
            required
            autoComplete="one-time-code"
            spellCheck={false}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <PasswordInput
            label="Your password"
            value={text}
            required
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <ErrorNote error={failure} />
        <div>
          <Button type="submit" variant="filled" loading={pending} disabled={withFactor && proofOf(text) === null}>
            {title}
          </Button>
        </div>
      </form>
    </div>
  );
}

function ByPasskey({ onProof, pending, begin }: Pick<ProveProps, 'onProof' | 'pending' | 'begin'>) {
  const api = useApi();
  const [problem, setProblem] = useState<unknown>(null);
  const prove = async (): Promise<void> => {
    setProblem(null);
    try {
      const { options } = await (begin === undefined ? ask(api, 'accountFactor') : begin());
      // The daemon made the options with the WebAuthn library's own types; its answer is checked there again.
      const optionsJSON = options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'];
      const response = await startAuthentication({ optionsJSON });
      onProof({ factor: { kind: 'passkey', response: JSON.parse(JSON.stringify(response)) } });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <div>
        <Button onClick={() => void prove()} disabled={pending}>
          Use a passkey
        </Button>
      </div>
      <ErrorNote error={problem} />
    </>
  );
}

/** The same in a dialog, for what is done in one step. */
export function ProveDialog({
  opened,
  onClose,
  text,
  ...prove
}: ProveProps & { readonly opened: boolean; readonly onClose: () => void; readonly text: string }) {
  return (
    <Modal opened={opened} onClose={onClose} title={prove.title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={kit.wide}>
        <p>{text}</p>
        {opened ? <Prove {...prove} /> : null}
      </div>
    </Modal>
  );
}
