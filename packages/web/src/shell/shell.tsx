// What stands around every page of somebody who is signed in. INVARIANT: while the connection is not live the page below is
// inert: it says so, and nothing on it can be pressed.
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isSignedOut } from '../connection/failure.ts';
import { useMe } from '../connection/use-ask.ts';
import { useLiveConnection, useLiveState } from '../connection/use-live.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { ConnectionNote } from './connection-note.tsx';
import { Palette } from './palette.tsx';
import { PanicBanner } from './panic-banner.tsx';
import { PanicDialog } from './panic-dialog.tsx';
import { Rail } from './rail.tsx';
import css from './shell.module.css';
import { TopBar } from './top-bar.tsx';
import { WaitingBadge } from './waiting-badge.tsx';

function SignedIn() {
  useLiveConnection();
  const state = useLiveState();
  const [palette, setPalette] = useState(false);
  const inert = state.kind !== 'live';
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k')
        return;
      event.preventDefault();
      setPalette((open) => !open);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  // Dialogs are drawn beside the page: they are part of what cannot be pressed.
  useEffect(() => {
    const layers = document.getElementById('layers');
    if (layers !== null) layers.inert = inert;
  }, [inert]);
  const find = (): void => setPalette(true);
  return (
    <div className={css.shell}>
      <a href="#content" className={css.skip}>
        To the content
      </a>
      <WaitingBadge />
      <Rail onFind={find} />
      <TopBar onFind={find} />
      <main id="content" className={css.content} tabIndex={-1}>
        <ConnectionNote state={state} />
        <PanicBanner />
        <div
          className={css.page}
          inert={inert}
          data-still={state.kind === 'reconnecting' || state.kind === 'lost' || undefined}
        >
          <Outlet />
        </div>
      </main>
      <BottomBar />
      <PanicDialog />
      <Palette opened={palette} onClose={() => setPalette(false)} />
    </div>
  );
}

export function Shell() {
  const me = useMe();
  if (me.data !== undefined) return <SignedIn />;
  if (me.error === null || isSignedOut(me.error)) return null;
  return (
    <main className={css.alone}>
      <ErrorNote error={me.error} />
    </main>
  );
}
