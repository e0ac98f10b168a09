// The inbox: what waits for a person, and the one card that is being read. What is shown never changes under the eyes of
// whoever reads it: only they go on to another one.

import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { AnsweringProvider } from '../../approval/answering.tsx';
import { ApprovalCard } from '../../approval/card.tsx';
import { useKeys } from '../../approval/use-keys.ts';
import { useAsk } from '../../connection/use-ask.ts';
import { useLive, useLiveState } from '../../connection/use-live.ts';
import { useWaitingScripts } from '../../connection/use-waiting.ts';
import { KeyHelp } from '../../kit/key-help.tsx';
import { usePageTitle } from '../../kit/page-title.ts';
import { Skeleton } from '../../kit/skeleton.tsx';
import { pressFreeze } from '../../shell/freeze-event.ts';
import { Alarms } from './alarms.tsx';
import css from './inbox.module.css';
import { KEYS } from './keys.ts';
import { InboxList } from './list.tsx';
import { NoCard, NothingWaits } from './nothing-waits.tsx';
import { neighbour, nextWaiting, rowsOf } from './rows.ts';
import { ScriptsWaiting } from './scripts-waiting.tsx';
import { SetupLine } from './setup-line.tsx';

function Inbox() {
  const model = useLive((whole) => whole);
  const state = useLiveState();
  const navigate = useNavigate();
  const { approval: wanted } = useSearch({ from: '/shell/' });
  const [help, setHelp] = useState(false);
  const rows = useMemo(() => rowsOf(model), [model]);
  const first = rows[0]?.kind === 'waiting' ? rows[0].approval.id : null;
  // What is shown without having been asked for: the first that waited; it stays until somebody moves on.
  const [kept, setKept] = useState<string | null>(null);
  useEffect(() => {
    if (wanted !== undefined) setKept(wanted);
    else if (kept === null && first !== null) setKept(first);
  }, [wanted, kept, first]);
  const shown = wanted ?? kept;
  const known = shown === null ? undefined : (model.waiting.get(shown) ?? model.settled.find(({ id }) => id === shown));
  const asked = useAsk(
    'approval',
    { params: { id: shown ?? '' } },
    { enabled: shown !== null && known === undefined && model.at !== null },
  );
  const approval = known ?? asked.data;
  const open = useCallback((id: string) => void navigate({ to: '/', search: { approval: id } }), [navigate]);
  const move = (step: 1 | -1) => (): void => {
    const id = neighbour(rows, shown, step);
    if (id !== null) open(id);
  };
  useKeys({ j: move(1), k: move(-1), f: pressFreeze, '?': () => setHelp(true) });
  const next = shown === null ? null : nextWaiting(model, shown);
  const scripts = useWaitingScripts();
  const count = model.waiting.size + scripts.length;
  usePageTitle('Inbox');
  return (
    <div className={css.inbox} data-open={wanted !== undefined || undefined}>
      <h1 className="sr-only">Inbox</h1>
      <div className={css.side}>
        <header className={css.head}>
          <p className={css.title} aria-hidden>
            Inbox
          </p>
          <p className="muted" role="status">
            {count === 0 ? 'nothing waits' : `${count} ${count === 1 ? 'waits' : 'wait'}`}
          </p>
        </header>
        <Alarms />
        <SetupLine />
        <ScriptsWaiting versions={scripts} />
        {model.at === null && state.kind !== 'live' ? (
          <div className={css.loading}>
            <Skeleton lines={6} />
          </div>
        ) : rows.length === 0 ? (
          scripts.length === 0 ? (
            <NothingWaits />
          ) : null
        ) : (
          <InboxList rows={rows} shown={shown} onOpen={open} />
        )}
      </div>
      <div className={css.card}>
        {approval === undefined ? (
          <NoCard missing={asked.error !== null} />
        ) : (
          <ApprovalCard
            approval={approval}
            onBack={() => void navigate({ to: '/' })}
            next={
              next === null ? undefined : (
                <Button onClick={() => open(next.id)}>Next: {model.waiting.size} waiting</Button>
              )
            }
          />
        )}
      </div>
      <KeyHelp keys={KEYS} steady="a card" opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

export function Page() {
  return (
    <AnsweringProvider>
      <Inbox />
    </AnsweringProvider>
  );
}
