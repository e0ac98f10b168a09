// People and what each is here for; an invitation is a link that is shown once.
import type { Role, User } from '@castellan/contract';
import { roleSchema } from '@castellan/contract';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useProved } from '../../account/use-proved.tsx';
import { useAsk, useMay, useMe } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { inviteLink, ROLE_MEANS } from './model.ts';
import { Once } from './once.tsx';

const ROLES = roleSchema.options;

export function People() {
  const query = useAsk('users');
  const [inviting, setInviting] = useState(false);
  return (
    <div className={kit.wide}>
      <Asked query={query}>
        {({ users }) => (
          <ul className={kit.rows} aria-label="People">
            {users.map((user) => (
              <Person key={user.id} user={user} />
            ))}
          </ul>
        )}
      </Asked>
      <div>
        <Act needs="users:write" onClick={() => setInviting(true)}>
          Invite somebody
        </Act>
      </div>
      <Sheet opened={inviting} onClose={() => setInviting(false)} title="Invite somebody">
        {inviting ? <Invite onDone={() => setInviting(false)} /> : null}
      </Sheet>
    </div>
  );
}

function Person({ user }: { readonly user: User }) {
  const me = useMe().data?.user.id === user.id;
  const may = useMay('users:write') && !me;
  const changing = useProved('changeUser', `Change ${user.name}`);
  const removing = useProved('removeUser', `Remove ${user.name}`);
  const change = useConfirm(changing.change);
  const remove = useConfirm(removing.change);
  const input = { params: { id: user.id } };
  const { totp, passkeys } = user.factors;
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          {user.name}
          {me ? <Tag>you</Tag> : null}
          {user.invited ? <Tag tone="warn">invited</Tag> : null}
          {user.disabledAt === null ? null : <Tag tone="bad">kept out</Tag>}
        </p>
        <p className={kit.note}>
          {user.role}: {ROLE_MEANS[user.role]}
        </p>
        <p className={kit.note}>
          {totp || passkeys > 0 ? 'with a second factor' : 'password alone'} ·{' '}
          {user.lastSignInAt === null ? (
            'never signed in'
          ) : (
            <>
              signed in <When at={user.lastSignInAt} />
            </>
          )}
        </p>
      </div>
      {may ? (
        <div className={kit.actions}>
          <Choice
            hidden
            label={`Role of ${user.name}`}
            value={user.role}
            options={ROLES.map((role) => ({ value: role, label: role }))}
            onChange={(value) => {
              const role = ROLES.find((known) => known === value);
              if (role === undefined) return;
              change.ask({
                title: `Make ${user.name} ${role === 'viewer' ? 'a' : 'an'} ${role}?`,
                yes: 'Change the role',
                input: { ...input, body: { role } },
                body: <p>From now on: {ROLE_MEANS[role]}.</p>,
              });
            }}
          />
          <Act
            needs="users:write"
            about={user.name}
            onClick={() =>
              change.ask({
                title: user.disabledAt === null ? `Keep ${user.name} out?` : `Let ${user.name} in again?`,
                yes: user.disabledAt === null ? 'Keep out' : 'Let in',
                danger: user.disabledAt === null,
                input: { ...input, body: { disabled: user.disabledAt === null } },
                body:
                  user.disabledAt === null ? (
                    <p>Every sign-in of {user.name} ends at once, and none is possible until you change this.</p>
                  ) : (
                    <p>{user.name} may sign in again.</p>
                  ),
              })
            }
          >
            {user.disabledAt === null ? 'Keep out' : 'Let in'}
          </Act>
          <Act
            needs="users:write"
            about={user.name}
            onClick={() =>
              remove.ask({
                title: `Remove ${user.name}?`,
                yes: 'Remove',
                danger: true,
                input: { ...input, body: {} },
                body: <p>The account and its factors are gone. What {user.name} did stays in the ledger.</p>,
              })
            }
          >
            Remove
          </Act>
        </div>
      ) : null}
      {change.dialog}
      {remove.dialog}
      {changing.dialog}
      {removing.dialog}
    </li>
  );
}

function Invite({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('approver');
  const [link, setLink] = useState<string | null>(null);
  const { change: add, dialog } = useProved('addUser', 'Make the link');
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const made = await add.run({ body: { name: name.trim(), role } });
    if (made !== null) setLink(inviteLink(location.origin, made.invite));
  };
  if (link !== null)
    return (
      <Once
        text={link}
        label="Copy the link"
        title="Send this link to them, in a way no agent reads"
        note="It works once, for three days, and is not shown again."
        onDone={onDone}
      />
    );
  return (
    <>
      <form className={kit.form} onSubmit={(event) => void send(event)}>
        <TextInput
          label="Name"
          description="What they sign in with: lower-case letters, digits, . _ and -"
          value={name}
          required
          pattern="[a-z0-9][a-z0-9._\-]{0,31}"
          autoCapitalize="off"
          spellCheck={false}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Choice
          label="Role"
          value={role}
          help={ROLE_MEANS[role]}
          options={ROLES.map((each) => ({ value: each, label: each }))}
          onChange={(value) => setRole(ROLES.find((known) => known === value) ?? 'viewer')}
        />
        <ErrorNote error={add.failure} />
        <div>
          <Button type="submit" variant="filled" loading={add.pending}>
            Make the link
          </Button>
        </div>
      </form>
      {dialog}
    </>
  );
}
