// A second factor: suggested, not asked for. With one, a stolen password opens nothing, and Critical calls ask for it.
import { Button } from '@mantine/core';
import { KeyRound, Smartphone } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { AddPasskey } from '../../account/add-passkey.tsx';
import { AddTotp } from '../../account/add-totp.tsx';
import { useMe } from '../../connection/use-ask.ts';
import { Note } from '../../kit/note.tsx';
import css from './setup.module.css';

export function FactorStep({
  password,
  next,
  onNext,
}: {
  /** Chosen a moment ago; null after the page was loaded again. */
  readonly password: string | null;
  readonly next: ReactNode;
  readonly onNext: () => void;
}) {
  const [adding, setAdding] = useState<'nothing' | 'passkey' | 'totp'>('nothing');
  const factors = useMe().data?.user.factors;
  const has = factors !== undefined && (factors.totp || factors.passkeys > 0);
  const proof = password === null || has ? {} : { proof: { password } };
  const done = (): void => setAdding('nothing');
  return (
    <>
      <p className={css.text}>
        With a second factor, whoever learns your password still cannot answer for you, and approving what a Critical
        rule asked about takes a touch or a code.
      </p>
      {has ? (
        <Note kind="good" title="You have a second factor.">
          <p>
            {[factors.passkeys > 0 ? 'A passkey' : '', factors.totp ? 'an authenticator app' : '']
              .filter((each) => each !== '')
              .join(' and ')}
            . More can be added in the settings.
          </p>
        </Note>
      ) : null}
      {adding === 'nothing' ? (
        <div className={css.answers}>
          <Button leftSection={<KeyRound size={16} aria-hidden />} onClick={() => setAdding('passkey')}>
            Add a passkey
          </Button>
          <Button leftSection={<Smartphone size={16} aria-hidden />} onClick={() => setAdding('totp')}>
            Use an authenticator app
          </Button>
          {has ? (
            next
          ) : (
            <Button variant="subtle" color="gray" onClick={onNext}>
              Later
            </Button>
          )}
        </div>
      ) : (
        <div className={css.block}>
          {adding === 'passkey' ? <AddPasskey onDone={done} {...proof} /> : <AddTotp onDone={done} {...proof} />}
          <div>
            <Button variant="subtle" color="gray" onClick={done}>
              Back
            </Button>
          </div>
        </div>
      )}
    </>
  );
}
