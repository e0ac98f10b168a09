// A Critical rule asked: approving takes a second factor. A passkey where the browser allows one, a code, or a recovery code.
import type { Approval, FactorProof, JsonObject } from '@castellan/contract';
import { Button, Modal, TextInput } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { type FormEvent, useState } from 'react';
import { useApi } from '../connection/context.tsx';
import { ask, useMe } from '../connection/use-ask.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { Note } from '../kit/note.tsx';
import { mayUsePasskeys, namedAddress } from '../kit/passkeys.ts';
import css from './factor-prompt.module.css';

/** Six digits are the app's; anything else is a recovery code. */
export function proofOf(text: string): FactorProof | null {
  const code = text.trim();
  const digits = code.replaceAll(' ', '');
  if (/^\d{6}$/.test(digits)) return { kind: 'totp', code: digits };
  return code.length >= 8 ? { kind: 'recovery', code } : null;
}

function CodeForm({ pending, onProof }: { readonly pending: boolean; readonly onProof: (proof: FactorProof) => void }) {
  const [text, setText] = useState('');
  const proof = proofOf(text);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (proof !== null) onProof(proof);
  };
  return (
    <form onSubmit={send} className={css.form}>
      <TextInput
        label="Code of your app, or a recovery code"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="one-time-code"
        inputMode="text"
        spellCheck={false}
        data-autofocus
      />
      <Button type="submit" variant="filled" disabled={proof === null} loading={pending}>
        Approve
      </Button>
    </form>
  );
}

export function FactorPrompt({
  approval,
  edited,
  opened,
  pending,
  failure,
  onProof,
  onClose,
}: {
  readonly approval: Approval;
  /** What would run instead: the passkey is asked about that, else it would be over a call that never runs. */
  readonly edited: JsonObject | undefined;
  readonly opened: boolean;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly onProof: (proof: FactorProof) => void;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const me = useMe().data;
  const [problem, setProblem] = useState<unknown>(null);
  const passkeys = (me?.user.factors.passkeys ?? 0) > 0;
  const askPasskey = async (): Promise<void> => {
    setProblem(null);
    try {
      const { options } = await ask(api, 'approvalFactor', {
        params: { id: approval.id },
        body: { ...(edited === undefined ? {} : { arguments: edited }) },
      });
      // The daemon made the options with the WebAuthn library's own types; its answer is checked there again.
      const optionsJSON = options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'];
      const response = await startAuthentication({ optionsJSON });
      onProof({ kind: 'passkey', response: JSON.parse(JSON.stringify(response)) });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="A Critical rule asks: prove that it is you"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={css.body}>
        <p className={css.sentence}>{approval.summary}</p>
        {passkeys && mayUsePasskeys(location) ? (
          <Button onClick={() => void askPasskey()} disabled={pending}>
            Approve with a passkey
          </Button>
        ) : null}
        {passkeys && !mayUsePasskeys(location) ? (
          <Note>
            A passkey needs a name in the address: <a href={namedAddress(location)}>open this page there</a>.
          </Note>
        ) : null}
        <CodeForm pending={pending} onProof={onProof} />
        <ErrorNote error={problem ?? failure} />
      </div>
    </Modal>
  );
}
