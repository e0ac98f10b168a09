// One's own account: password, authenticator app, passkeys, recovery codes.
import type { Me } from '@castellan/contract';
import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { AddPasskey } from '../../account/add-passkey.tsx';
import { AddTotp } from '../../account/add-totp.tsx';
import { type Proof, ProveDialog } from '../../account/prove.tsx';
import { RecoveryCodes } from '../../account/recovery-codes.tsx';
import { type Change, useChange, useMe } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { ROLE_MEANS } from './model.ts';

export function Account() {
  return <Asked query={useMe()}>{(me) => <Mine me={me} />}</Asked>;
}

function Mine({ me }: { readonly me: Me }) {
  const { user } = me;
  const factors = user.factors.totp || user.factors.passkeys > 0;
  return (
    <>
      <p className={kit.name}>
        {user.name} <Tag>{user.role}</Tag>
      </p>
      <p className={kit.note}>{ROLE_MEANS[user.role]}</p>
      {factors ? null : (
        <Note kind="warn" title="Only a password stands between your agents and their approvals">
          <p>Add a passkey or an app below. Where a Critical rule asks, it is asked for again.</p>
        </Note>
      )}
      <Passkeys me={me} />
      <Totp me={me} />
      {factors ? <Codes left={user.factors.recoveryCodes} /> : null}
      <Password />
    </>
  );
}

/** Removing or renewing: the proof and the change are one step. */
function ProvedButton<Name extends 'totpRemove' | 'passkeyRemove' | 'recoveryCodes'>({
  label,
  text,
  change,
  run,
  about,
}: {
  readonly label: string;
  readonly text: string;
  readonly change: Change<Name>;
  /** True when it is done. */
  readonly run: (proof: Proof) => Promise<boolean>;
  readonly about?: string;
}) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        onClick={() => {
          change.reset();
          setOpened(true);
        }}
      >
        {label}
        {about === undefined ? null : <span className="sr-only"> {about}</span>}
      </Button>
      <ProveDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={label}
        text={text}
        pending={change.pending}
        failure={change.failure}
        onProof={(proof) => void run(proof).then((done) => (done ? setOpened(false) : undefined))}
      />
    </>
  );
}

function Passkeys({ me }: { readonly me: Me }) {
  const remove = useChange('passkeyRemove');
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title="Passkeys"
      lead="A finger, a face or a key; nothing to type into a false page."
      actions={<Button onClick={() => setAdding(true)}>Add a passkey</Button>}
    >
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Add a passkey">
        {adding ? <AddPasskey onDone={() => setAdding(false)} /> : null}
      </Sheet>
      {me.passkeys.length === 0 ? (
        <p className="muted">None yet.</p>
      ) : (
        <ul className={kit.rows}>
          {me.passkeys.map(({ id, name, createdAt, lastUsedAt, synced }) => (
            <li key={id} className={kit.row}>
              <div className={kit.main}>
                <p className={kit.name}>
                  {name} {synced ? <Tag>synced</Tag> : <Tag>this device</Tag>}
                </p>
                <p className={kit.note}>
                  added <When at={createdAt} />
                  {lastUsedAt === null ? ' · never used' : null}
                  {lastUsedAt === null ? null : (
                    <>
                      {' '}
                      · used <When at={lastUsedAt} />
                    </>
                  )}
                </p>
              </div>
              <ProvedButton
                label="Remove"
                about={name}
                text={`The passkey ${name} will sign nobody in any more.`}
                change={remove}
                run={async (body) => (await remove.run({ params: { id }, body })) !== null}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Totp({ me }: { readonly me: Me }) {
  const remove = useChange('totpRemove');
  // The sheet outlives the moment the app counts: recovery codes are shown after it.
  const [adding, setAdding] = useState(false);
  const on = me.user.factors.totp;
  return (
    <Section
      title="Authenticator app"
      lead="Six digits that change every half minute."
      actions={
        on ? (
          <ProvedButton
            label="Remove the app"
            text="Its codes count no more."
            change={remove}
            run={async (body) => (await remove.run({ body })) !== null}
          />
        ) : (
          <Button onClick={() => setAdding(true)}>Add an app</Button>
        )
      }
    >
      {on ? <Tag tone="good">on</Tag> : <p className="muted">Off.</p>}
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Add an app">
        {adding ? <AddTotp onDone={() => setAdding(false)} /> : null}
      </Sheet>
    </Section>
  );
}

function Codes({ left }: { readonly left: number }) {
  const renew = useChange('recoveryCodes');
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Section
      title="Recovery codes"
      lead="For the day your app or passkey is lost."
      actions={
        <ProvedButton
          label="Make new codes"
          text="The old ones end at once."
          change={renew}
          run={async (body) => {
            const made = await renew.run({ body });
            if (made !== null) setCodes(made.codes);
            return made !== null;
          }}
        />
      }
    >
      {left < 3 ? (
        <Note kind="warn" title={`${countText(left, 'code')} left`} />
      ) : (
        <p className="muted">{countText(left, 'code')} left.</p>
      )}
      <Sheet opened={codes !== null} onClose={() => setCodes(null)} title="Recovery codes">
        {codes === null ? null : <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      </Sheet>
    </Section>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const change = useChange('changePassword');
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const changed = await change.run({ body: { current, password } });
    setCurrent('');
    setPassword('');
    setDone(changed !== null);
  };
  const toggle = { 'aria-label': 'Show what is typed' };
  return (
    <Section title="Password" lead="Changing it ends every other sign-in of yours.">
      <form className={kit.form} onSubmit={(event) => void send(event)}>
        <PasswordInput
          label="The one you have"
          value={current}
          required
          autoComplete="current-password"
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="A new one"
          value={password}
          required
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ErrorNote error={change.failure} />
        {done ? <Note kind="good" title="The password is changed; every other sign-in has ended" /> : null}
        <div>
          <Button type="submit" loading={change.pending}>
            Change the password
          </Button>
        </div>
      </form>
    </Section>
  );
}
