// Adds an authenticator app: prove who you are, scan, type what it shows, keep the recovery codes.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useChange } from '../connection/use-ask.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { ErrorNote } from '../kit/error-note.tsx';
import kit from '../kit/rows.module.css';
import css from './account.module.css';
import { type Proof, Prove } from './prove.tsx';
import { Qr } from './qr.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Step =
  | { readonly kind: 'prove' }
  | { readonly kind: 'scan'; readonly secret: string; readonly uri: string }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };

export function AddTotp({
  onDone,
  proof,
}: {
  readonly onDone: () => void;
  /** Where it was just proved who they are: set-up has the password that was chosen a moment ago. */
  readonly proof?: Proof;
}) {
  const [step, setStep] = useState<Step>({ kind: 'prove' });
  const begin = useChange('totpBegin');
  const prove = async (body: Proof): Promise<void> => {
    const made = await begin.run({ body });
    if (made !== null) setStep({ kind: 'scan', ...made });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with what was proved before
  useEffect(() => {
    if (proof !== undefined) void prove(proof);
  }, []);
  switch (step.kind) {
    case 'prove':
      return (
        <Prove title="Go on" pending={begin.pending} failure={begin.failure} onProof={(body) => void prove(body)} />
      );
    case 'scan':
      return (
        <Scan
          secret={step.secret}
          uri={step.uri}
          onCodes={(codes) => (codes.length === 0 ? onDone() : setStep({ kind: 'codes', codes }))}
        />
      );
    case 'codes':
      return <RecoveryCodes codes={step.codes} onDone={onDone} />;
  }
}

function Scan({
  secret,
  uri,
  onCodes,
}: {
  readonly secret: string;
  readonly uri: string;
  readonly onCodes: (codes: readonly string[]) => void;
}) {
  const [code, setCode] = useState('');
  const confirm = useChange('totpConfirm');
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const done = await confirm.run({ body: { code: code.replaceAll(' ', '') } });
    setCode('');
    if (done !== null) onCodes(done.codes);
  };
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)}>
      <p>Scan this with your authenticator app, then type the six digits it shows.</p>
      <Qr text={uri} label="QR code for your authenticator app" />
      <details className={kit.fold}>
        <summary>I cannot scan it</summary>
        <p className={kit.actions}>
          <code className={css.secret}>{secret}</code>
          <CopyButton text={secret} label="Copy the key" />
        </p>
      </details>
      <TextInput
        label="Six digits"
        value={code}
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        data-autofocus
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <ErrorNote error={confirm.failure} />
      <div>
        <Button type="submit" variant="filled" loading={confirm.pending}>
          Confirm
        </Button>
      </div>
    </form>
  );
}
