// Freeze: one press stops every agent. A second screen says what that means and lets them go on again.
import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Snowflake } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useApi } from '../connection/context.tsx';
import { ask, useAsk, useMay } from '../connection/use-ask.ts';
import { ErrorNote } from '../kit/error-note.tsx';
import { countText } from '../kit/time-text.ts';
import css from './freeze.module.css';
import { FREEZE_EVENT } from './freeze-event.ts';

/** Freezes or thaws all of them; says what failed, and goes on with the others. */
function useAll(): (which: 'freeze' | 'thaw', ids: readonly string[]) => Promise<unknown> {
  const api = useApi();
  const queries = useQueryClient();
  return async (which, ids) => {
    const results = await Promise.allSettled(ids.map((id) => ask(api, which, { params: { id } })));
    await queries.invalidateQueries();
    return results.find((result) => result.status === 'rejected')?.reason ?? null;
  };
}

export function FreezeButton({ small = false }: { readonly small?: boolean }) {
  const agents = useAsk('agents').data?.agents.filter(({ revokedAt }) => revokedAt === null) ?? [];
  const [opened, setOpened] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const all = useAll();
  const mayFreeze = useMay('agents:freeze');
  const mayThaw = useMay('agents:thaw');
  const free = agents.filter(({ frozen }) => frozen === null);
  const frozen = agents.filter(({ frozen }) => frozen !== null);
  const isFrozen = free.length === 0 && frozen.length > 0;
  const run = async (which: 'freeze' | 'thaw', ids: readonly string[]): Promise<void> => {
    setPending(true);
    setFailure(await all(which, ids));
    setPending(false);
  };
  const press = (): void => {
    setOpened(true);
    if (free.length > 0)
      void run(
        'freeze',
        free.map(({ id }) => id),
      );
  };
  useEffect(() => {
    if (small) return;
    addEventListener(FREEZE_EVENT, press);
    return () => removeEventListener(FREEZE_EVENT, press);
  });
  if (!mayFreeze) return null;
  const label = isFrozen ? 'All agents are frozen' : 'Freeze all agents';
  return (
    <>
      {small ? (
        <ActionIcon aria-label={label} onClick={press} data-frozen={isFrozen || undefined} className={css.icon ?? ''}>
          <Snowflake size={20} aria-hidden />
        </ActionIcon>
      ) : (
        <Tooltip label="One press stops every agent" position="right">
          <Button
            fullWidth
            onClick={press}
            leftSection={<Snowflake size={16} aria-hidden />}
            data-frozen={isFrozen || undefined}
            className={css.button ?? ''}
          >
            {isFrozen ? 'Frozen' : 'Freeze'}
          </Button>
        </Tooltip>
      )}
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={agents.length === 0 ? 'There is nothing to freeze' : pending ? 'Freezing…' : label}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={css.body}>
          {agents.length === 0 ? (
            <p>No agent is connected.</p>
          ) : (
            <p>
              {countText(frozen.length, 'agent is', 'agents are')} frozen. Nothing a frozen agent asks for runs; what
              waited in the inbox is refused. Programs it started before go on by themselves.
            </p>
          )}
          <ul className={css.agents}>
            {agents.map(({ id, name, frozen }) => (
              <li key={id}>
                <span>{name}</span>
                <span className="muted">{frozen === null ? 'free' : 'frozen'}</span>
                {frozen !== null && mayThaw ? (
                  <Button disabled={pending} onClick={() => void run('thaw', [id])}>
                    Thaw
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
          <ErrorNote error={failure} />
        </div>
        <div className={css.answers}>
          {frozen.length > 1 && mayThaw ? (
            <Button
              disabled={pending}
              onClick={() =>
                void run(
                  'thaw',
                  frozen.map(({ id }) => id),
                )
              }
            >
              Thaw all
            </Button>
          ) : null}
          <Button data-autofocus onClick={() => setOpened(false)}>
            Close
          </Button>
        </div>
      </Modal>
    </>
  );
}
