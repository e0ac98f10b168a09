// Whoever was invited chooses a password. The invitation stands behind `#`, so that no server's log has it, and leaves the
// address bar at once.
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { NewPassword } from '../../account/new-password.tsx';
import { isGoodEnough } from '../../account/password-rule.ts';
import { takeFragment } from '../../connection/fragment.ts';
import { useChange } from '../../connection/use-ask.ts';
import { useSignedIn } from '../../connection/use-signed-in.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Alone } from '../../shell/alone.tsx';
import css from '../sign-in/sign-in.module.css';

const invite = takeFragment();

export function Page() {
  const [password, setPassword] = useState('');
  const join = useChange('join');
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await join.run({ body: { invite, password } });
    if (answer === null) return;
    if (answer.kind === 'signed-in') signedIn(answer);
    await navigate({ to: answer.kind === 'signed-in' ? '/' : '/sign-in' });
  };
  if (invite === '')
    return (
      <Alone
        title="This invitation is not whole"
        lead="Open the link as it was sent to you, with everything behind the #."
      >
        <Link to="/sign-in">Sign in instead</Link>
      </Alone>
    );
  return (
    <Alone
      title="Join"
      lead="You were invited. The link works once, for three days; whether it still does is seen when you join. Choose a password for your account."
    >
      <form className={css.form} onSubmit={(event) => void send(event)}>
        <NewPassword name="" value={password} onChange={setPassword} />
        <ErrorNote error={join.failure} />
        <Button type="submit" variant="filled" fullWidth loading={join.pending} disabled={!isGoodEnough(password, '')}>
          Join
        </Button>
      </form>
    </Alone>
  );
}
