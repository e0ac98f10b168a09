// Web push on this very browser: said yes to here, and taken back here.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { ask } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { currentPush, mayPush, startPush, stopPush } from './push.ts';

type State = 'asking' | 'off' | 'on' | 'cannot';

export function ThisBrowser() {
  const api = useApi();
  const queries = useQueryClient();
  const [state, setState] = useState<State>(mayPush() ? 'asking' : 'cannot');
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    if (!mayPush()) return;
    void currentPush().then((push) => setState(push === null ? 'off' : 'on'));
  }, []);
  const change = async (wanted: 'on' | 'off'): Promise<void> => {
    setPending(true);
    setProblem(null);
    try {
      if (wanted === 'on') {
        const { key } = await ask(api, 'pushKey');
        await ask(api, 'subscribePush', { body: await startPush(key) });
      } else {
        const endpoint = await stopPush();
        if (endpoint !== null) await ask(api, 'unsubscribePush', { body: { endpoint } });
      }
      setState(wanted);
      void queries.invalidateQueries({ queryKey: ['channels'] });
    } catch (error) {
      setProblem(error);
    } finally {
      setPending(false);
    }
  };
  return (
    <div className={kit.stack}>
      {state === 'cannot' ? (
        <p className={kit.note}>
          This browser cannot be told: it needs web push, and an address with TLS or of this machine.
        </p>
      ) : (
        <div className={kit.actions}>
          <p>{state === 'on' ? 'This browser is told.' : 'This browser is not told.'}</p>
          <Button
            loading={pending}
            disabled={state === 'asking'}
            onClick={() => void change(state === 'on' ? 'off' : 'on')}
          >
            {state === 'on' ? 'Stop telling it' : 'Tell this browser'}
          </Button>
        </div>
      )}
      <ErrorNote error={problem} />
    </div>
  );
}
