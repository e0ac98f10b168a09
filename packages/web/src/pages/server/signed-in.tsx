// Whether somebody is signed in to a server's address (M6), and the way in and out. No token ever comes to this page.
import type { ModuleView } from '@castellan/contract';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { SignIn } from '../modules/sign-in.tsx';

export function SignedIn({ view: { name, signIn, state, start } }: { readonly view: ModuleView }) {
  const leaving = useConfirm(useChange('signOutModule'));
  if (start?.kind !== 'mcp-http' || (signIn === null && state !== 'needs-sign-in')) return null;
  const since = signIn?.since ?? null;
  return (
    <Section title="Sign-in">
      <div className={kit.stack}>
        {since === null ? (
          <p>Nobody is signed in to it. Its tools are there once somebody is.</p>
        ) : (
          <SignedInSince since={since} scopes={signIn?.scopes ?? []} />
        )}
        {since === null || state === 'needs-sign-in' ? <SignIn name={name} again={since !== null} /> : null}
        {since === null ? null : (
          <div className={kit.actions}>
            <Act
              needs="modules:write"
              about={name}
              onClick={() =>
                leaving.ask({
                  title: `Sign out of ${name}?`,
                  body: <p>Its tokens are forgotten here. Its tools are there again once somebody signs in.</p>,
                  yes: 'Sign out',
                  danger: true,
                  input: { params: { name } },
                })
              }
            >
              Sign out
            </Act>
          </div>
        )}
        {leaving.dialog}
      </div>
    </Section>
  );
}

function SignedInSince({ since, scopes }: { readonly since: number; readonly scopes: readonly string[] }) {
  return (
    <p>
      Signed in since <When at={since} />.{' '}
      {scopes.length === 0 ? '' : `It may: ${scopes.map((scope) => seenText(scope)).join(', ')}.`}
    </p>
  );
}
