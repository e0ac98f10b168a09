// A call that asks and does nothing: answered right here, with the very card of the inbox.
import type { Approval } from '@castellan/contract';
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { AnsweringProvider } from '../../approval/answering.tsx';
import { ApprovalCard } from '../../approval/card.tsx';
import { useChange } from '../../connection/use-ask.ts';
import { useLive } from '../../connection/use-live.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Skeleton } from '../../kit/skeleton.tsx';
import css from './setup.module.css';
import { noteStep } from './steps.ts';

/** The daemon makes the test call as an agent of this name, which is gone when it is answered. */
const TEST_AGENT = 'test call';
const isTest = ({ agentName }: Approval): boolean => agentName === TEST_AGENT;

/** @param next the way on; filled only when the call is answered: two blue buttons would be one too many. */
export function TestStep({ next }: { readonly next: (filled: boolean) => ReactNode }) {
  const start = useChange('testCall');
  const [started, setStarted] = useState(false);
  const waiting = useLive((model) => [...model.waiting.values()].find(isTest));
  const settled = useLive((model) => model.settled.find(isTest));
  const approval = waiting ?? (started ? settled : undefined);
  const answered = approval !== undefined && (approval.state.kind === 'approved' || approval.state.kind === 'denied');
  useEffect(() => {
    if (answered) noteStep(localStorage, 'test');
  }, [answered]);
  const begin = async (): Promise<void> => {
    setStarted(true);
    if ((await start.run({})) === null) setStarted(false);
  };
  return (
    <>
      <p className={css.text}>
        A program of ours asks to send a message. Nothing is sent, whatever you answer: this is only how it looks and
        feels.
      </p>
      <ErrorNote error={start.failure} />
      {approval === undefined ? (
        started ? (
          <Skeleton lines={5} />
        ) : (
          <div>
            <Button onClick={() => void begin()}>Make a test call</Button>
          </div>
        )
      ) : (
        <div className={css.card}>
          <AnsweringProvider>
            <ApprovalCard approval={approval} />
          </AnsweringProvider>
        </div>
      )}
      <div className={css.answers}>{next(answered)}</div>
    </>
  );
}
