// Adds a passkey: prove who you are, name it, let the browser make it, keep the recovery codes where they are the first.
import { Button, TextInput } from '@mantine/core';
import { startRegistration } from '@simplewebauthn/browser';
import { type FormEvent, useEffect, useState } from 'react';
import { useChange } from '../connection/use-ask.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { Note } from '../kit/note.tsx';
import { mayUsePasskeys, namedAddress } from '../kit/passkeys.ts';
import kit from '../kit/rows.module.css';
import { type Proof, Prove } from './prove.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];
type Step =
  | { readonly kind: 'prove' }
  | { readonly kind: 'make'; readonly options: Options }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };

export function AddPasskey({
  onDone,
  proof,
}: {
  readonly onDone: () => void;
  /** Where it was just proved who they are: set-up has the password that was chosen a moment ago. */
  readonly proof?: Proof;
}) {
  const [step, setStep] = useState<Step>({ kind: 'prove' });
  const begin = useChange('passkeyAddOptions');
  const prove = async (body: Proof): Promise<void> => {
    const made = await begin.run({ body });
    // The daemon made the options with the WebAuthn library's own types.
    if (made !== null) setStep({ kind: 'make', options: made.options as unknown as Options });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with what was proved before
  useEffect(() => {
    if (proof !== undefined && mayUsePasskeys(location)) void prove(proof);
  }, []);
  if (!mayUsePasskeys(location))
    return (
      <Note title="A passkey needs a name in the address">
        <p>
          Browsers keep passkeys for names, not for numbers. <a href={namedAddress(location)}>Open this page there</a>.
        </p>
      </Note>
    );
  switch (step.kind) {
    case 'prove':
      return (
        <Prove title="Go on" pending={begin.pending} failure={begin.failure} onProof={(body) => void prove(body)} />
      );
    case 'make':
      return (
        <Make
          options={step.options}
          onCodes={(codes) => (codes.length === 0 ? onDone() : setStep({ kind: 'codes', codes }))}
        />
      );
    case 'codes':
      return <RecoveryCodes codes={step.codes} onDone={onDone} />;
  }
}

function Make({
  options,
  onCodes,
}: {
  readonly options: Options;
  readonly onCodes: (codes: readonly string[]) => void;
}) {
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const add = useChange('passkeyAdd');
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    try {
      const response = await startRegistration({ optionsJSON: options });
      const done = await add.run({ body: { name: name.trim(), response: JSON.parse(JSON.stringify(response)) } });
      if (done !== null) onCodes(done.codes);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <form className={kit.form} onSubmit={(event) => void make(event)}>
      <TextInput
        label="What to call it"
        description="So that you know it again in the list"
        placeholder="Laptop"
        value={name}
        required
        maxLength={80}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ErrorNote error={problem ?? add.failure} />
      <div>
        <Button type="submit" variant="filled" loading={add.pending}>
          Make the passkey
        </Button>
      </div>
    </form>
  );
}
