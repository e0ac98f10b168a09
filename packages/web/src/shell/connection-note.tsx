// Says that the connection is gone, since when nothing here can be pressed, and when it is tried again.
import { Button } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { useConnection } from '../connection/context.tsx';
import type { LiveState } from '../connection/live-connection.ts';
import { useNow } from '../connection/use-now.ts';
import css from './connection-note.module.css';

function RetryIn({ at }: { readonly at: number }) {
  const seconds = Math.ceil((at - useNow()) / 1000);
  return <>{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again now.'}</>;
}

export function ConnectionNote({ state }: { readonly state: LiveState }) {
  const { hurry } = useConnection();
  const away = state.kind === 'reconnecting' || state.kind === 'lost';
  return (
    <div role="status" className={css.holder}>
      {away ? (
        <div className={css.note}>
          <Unplug size={18} aria-hidden />
          <p>
            <strong>Not connected: {state.why}.</strong> What is shown may be old, and nothing here can be pressed until
            it is back. {state.kind === 'lost' ? <RetryIn at={state.retryAt} /> : 'Trying again.'}
          </p>
          {state.kind === 'lost' ? <Button onClick={hurry}>Try now</Button> : null}
        </div>
      ) : null}
    </div>
  );
}
