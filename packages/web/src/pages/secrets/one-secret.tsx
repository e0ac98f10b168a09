// One secret: its name, where it may go, how old it is; rotate, change, remove.
import type { SecretInfo } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Bird, Clock } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { capital } from '../../kit/words.ts';
import { ChangeForm, RotateForm } from './change-forms.tsx';
import { ageWords, dueWords, reachWords, usedWords, useText } from './model.ts';

const TONES = { no: 'plain', soon: 'warn', now: 'bad', expired: 'bad' } as const;

export function OneSecret({ secret }: { readonly secret: SecretInfo }) {
  const now = useNow();
  const [open, setOpen] = useState<'rotate' | 'change' | null>(null);
  const remove = useConfirm(useChange('removeSecret'));
  const close = (): void => setOpen(null);
  return (
    <li className={kit.row} id={secret.name}>
      <div className={kit.main}>
        <p className={kit.name}>
          <span className="mono">{secret.name}</span>
          {secret.canary ? <Tag icon={Bird}>canary</Tag> : null}
          {secret.due === 'no' ? null : (
            <Tag tone={TONES[secret.due]} icon={Clock}>
              {dueWords(secret, now)}
            </Tag>
          )}
        </p>
        {secret.note === '' ? null : <p>{secret.note}</p>}
        <p className={kit.note}>
          <Reach secret={secret} />
          {secret.uses.some(({ kind }) => kind !== 'host') ? (
            <>
              {' '}
              · only for{' '}
              {secret.uses
                .filter(({ kind }) => kind !== 'host')
                .map(useText)
                .join(', ')}
            </>
          ) : null}
        </p>
        <p className={kit.note}>
          {usedWords(secret, now)} · {ageWords(secret, now)}
          {secret.due === 'no' ? ` · ${dueWords(secret, now)}` : ''}
        </p>
      </div>
      {/* It ends with its sign-in, and nobody may change it. */}
      {secret.owner !== undefined ? null : (
        <div className={kit.actions}>
          <Act needs="secrets:write" about={secret.name} onClick={() => setOpen('rotate')}>
            Rotate
          </Act>
          <Act needs="secrets:write" about={secret.name} onClick={() => setOpen('change')}>
            Change
          </Act>
          <Act
            needs="secrets:write"
            about={secret.name}
            onClick={() =>
              remove.ask({
                title: `Remove ${secret.name}?`,
                yes: 'Remove it',
                danger: true,
                input: { params: { name: secret.name } },
                body: (
                  <>
                    <p>What names it fails from now on. The value is gone; nobody can bring it back.</p>
                    <p className="muted">It goes on being taken out of what agents send and see for 90 days.</p>
                  </>
                ),
              })
            }
          >
            Remove
          </Act>
        </div>
      )}
      {remove.dialog}
      <Sheet opened={open === 'rotate'} onClose={close} title={`Rotate ${secret.name}`}>
        {open === 'rotate' ? <RotateForm secret={secret} onDone={close} /> : null}
      </Sheet>
      <Sheet opened={open === 'change'} onClose={close} title={`Change ${secret.name}`}>
        {open === 'change' ? <ChangeForm secret={secret} onDone={close} /> : null}
      </Sheet>
    </li>
  );
}

/** Where it may go. */
function Reach({ secret: { owner, canary, uses } }: { readonly secret: SecretInfo }) {
  if (canary) return 'Nobody uses it: whoever does is caught and frozen';
  if (owner === undefined) return capital(reachWords(uses));
  return (
    <>
      Tokens of a sign-in: for the server of{' '}
      <Link to="/modules/$name" params={{ name: owner }}>
        {owner}
      </Link>
      , and for nothing and nobody else
    </>
  );
}
