// A sign-in to a server: asked of the daemon, then opened in a tab of its own by whoever has read where it leads. INVARIANT: the
// address comes from elsewhere: only a web address is ever opened, and the new tab has no handle to this one.
import type { ModuleSignIn } from '@castellan/contract';
import { Button } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { type SignInPlace, signInPlace } from './server-model.ts';

export function SignIn({ name, again = false }: { readonly name: string; readonly again?: boolean }) {
  const begin = useChange('signInModule');
  const [place, setPlace] = useState<{ readonly place: SignInPlace; readonly told: ModuleSignIn } | null>(null);
  const start = async (): Promise<void> => {
    setPlace(null);
    const answer = await begin.run({ params: { name } });
    if (answer === null) return;
    const { open } = answer;
    setPlace({ place: open === null ? { kind: 'nowhere' } : signInPlace(open), told: answer });
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
      {place === null ? null : <Where {...place} />}
    </div>
  );
}

function Where({ place, told: { hosts, client } }: { readonly place: SignInPlace; readonly told: ModuleSignIn }) {
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
          {hosts === null ? null : (
            <p>
              Your browser goes to <span className="mono">{hosts.browser}</span>; the code that it brings back goes to{' '}
              <span className="mono">{hosts.code}</span>. The server itself is{' '}
              <span className="mono">{hosts.server}</span>.
            </p>
          )}
          {client === null ? null : (
            <p>
              The client <span className="mono">{seenText(client.id)}</span> must have this redirect address registered
              there: <span className="mono">{client.redirect}</span>
            </p>
          )}
          <p>Go on only if this is where you have your account. What comes back is sealed here; no agent sees it.</p>
        </Note>
      );
  }
}
