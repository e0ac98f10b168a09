// A sign-in to a server: asked of the daemon, then opened in a tab of its own by whoever has read where it leads. INVARIANT: the
// address comes from elsewhere: only a web address is ever opened, and the new tab has no handle to this one.
import { Button } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { type SignInPlace, signInPlace } from './server-model.ts';

export function SignIn({ name, again = false }: { readonly name: string; readonly again?: boolean }) {
  const begin = useChange('signInModule');
  const [place, setPlace] = useState<SignInPlace | null>(null);
  const start = async (): Promise<void> => {
    setPlace(null);
    const answer = await begin.run({ params: { name } });
    if (answer !== null) setPlace(answer.open === null ? { kind: 'nowhere' } : signInPlace(answer.open));
  };
  return (
    <div className={kit.stack}>
      <div className={kit.actions}>
        <Act
          needs="modules:write"
          variant={again ? 'default' : 'filled'}
          pending={begin.pending}
          about={name}
          onClick={() => void start()}
        >
          {again ? 'Sign in again' : 'Sign in'}
        </Act>
      </div>
      <ErrorNote error={begin.failure} />
      {place === null ? null : <Where place={place} />}
    </div>
  );
}

function Where({ place }: { readonly place: SignInPlace }) {
  switch (place.kind) {
    case 'nowhere':
      return <Note kind="good">Somebody is signed in already.</Note>;
    case 'refused':
      return (
        <Note kind="bad" title="The server names no web address to sign in at">
          <p className="mono">{place.shown}</p>
        </Note>
      );
    case 'web':
      return (
        <Note
          title={
            <>
              You sign in at <span className="mono">{place.origin}</span>
            </>
          }
          actions={
            <Button
              component="a"
              href={place.href}
              target="_blank"
              rel="noopener noreferrer"
              variant="filled"
              rightSection={<ExternalLink size={16} aria-hidden />}
            >
              Open {place.host} in a new tab
            </Button>
          }
        >
          <p>Go on only if this is where you have your account. What comes back is sealed here; no agent sees it.</p>
        </Note>
      );
  }
}
