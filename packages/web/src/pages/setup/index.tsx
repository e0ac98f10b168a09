// Set-up: an account, then four steps that may each be left for later. Whoever comes back goes on where they were.
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { isSignedOut } from '../../connection/failure.ts';
import { useAsk, useMe } from '../../connection/use-ask.ts';
import { useLiveConnection, useLiveState } from '../../connection/use-live.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Skeleton } from '../../kit/skeleton.tsx';
import { Alone } from '../../shell/alone.tsx';
import { ConnectionNote } from '../../shell/connection-note.tsx';
import { AccountStep } from './account-step.tsx';
import { AgentsStep } from './agents-step.tsx';
import { FactorStep } from './factor-step.tsx';
import { PresetStep } from './preset-step.tsx';
import css from './setup.module.css';
import {
  type AfterAccount,
  forgetStep,
  keepStep,
  keptStep,
  noteStep,
  STEP_TITLES,
  STEPS,
  type Step,
  stepAfter,
} from './steps.ts';
import { TestStep } from './test-step.tsx';
import { useDoneSteps } from './use-done-steps.ts';

/** A tick is a fact: what was passed by is open, and says so. */
function Progress({
  at,
  done,
  onGo,
}: {
  readonly at: Step;
  readonly done: ReadonlySet<Step>;
  readonly onGo?: (step: AfterAccount) => void;
}) {
  return (
    <ol className={css.progress} aria-label="Steps of the set-up">
      {STEPS.map((step, index) => {
        const isDone = done.has(step);
        const passed = !isDone && index < STEPS.indexOf(at);
        const face = (
          <>
            <span className={css.number}>
              {isDone ? <Check size={13} role="img" aria-label="in place" /> : passed ? null : index + 1}
            </span>
            <span className={css.name}>
              {STEP_TITLES[step]}
              {passed ? <span className={css.later}> · later</span> : null}
            </span>
          </>
        );
        return (
          <li key={step} aria-current={step === at ? 'step' : undefined} data-done={isDone || undefined}>
            {onGo === undefined || step === 'account' ? (
              <span className={css.step}>{face}</span>
            ) : (
              <button type="button" className={css.step} onClick={() => onGo(step)}>
                {face}
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function stepOf(
  step: AfterAccount,
  password: string | null,
  next: (filled: boolean) => ReactNode,
  onNext: () => void,
): ReactNode {
  switch (step) {
    case 'factor':
      return <FactorStep password={password} next={next(true)} onNext={onNext} />;
    case 'preset':
      return <PresetStep next={next(true)} />;
    case 'agents':
      return <AgentsStep next={next(true)} />;
    case 'test':
      return <TestStep next={next} />;
  }
}

const NOTHING_DONE: ReadonlySet<Step> = new Set();
const TITLES: Readonly<Record<AfterAccount, string>> = {
  factor: 'Add a second factor',
  preset: 'How much should be asked?',
  agents: 'Connect your agents',
  test: 'See how it is to be asked',
};

function AfterAccountSteps({ password }: { readonly password: string | null }) {
  useLiveConnection();
  const state = useLiveState();
  const navigate = useNavigate();
  const [step, setStep] = useState<AfterAccount>(() => keptStep(localStorage));
  const go = (to: AfterAccount): void => {
    keepStep(localStorage, to);
    setStep(to);
    scrollTo({ top: 0 });
  };
  const done = useDoneSteps() ?? new Set<Step>(['account']);
  const onNext = (): void => {
    // Whoever goes on from there has seen what is in force.
    if (step === 'preset') noteStep(localStorage, 'preset');
    const after = stepAfter(step);
    if (after !== null) go(after);
    else {
      forgetStep(localStorage);
      void navigate({ to: '/' });
    }
  };
  const last = stepAfter(step) === null;
  const next = (filled: boolean): ReactNode => (
    <Button variant={filled ? 'filled' : 'default'} onClick={onNext}>
      {last ? 'Open the inbox' : 'Go on'}
    </Button>
  );
  return (
    <Alone title={TITLES[step]} wide>
      <Progress at={step} done={done} onGo={go} />
      <div>
        <ConnectionNote state={state} />
        <div key={step} className={css.content} inert={state.kind === 'lost' || state.kind === 'reconnecting'}>
          {stepOf(step, password, next, onNext)}
        </div>
      </div>
    </Alone>
  );
}

export function Page() {
  const setup = useAsk('setup');
  // The password that was just chosen, to begin with a second factor; it is gone with the page.
  const [password, setPassword] = useState<string | null>(null);
  const me = useMe();
  const navigate = useNavigate();
  if (setup.error !== null)
    return (
      <Alone title="Set-up">
        <ErrorNote error={setup.error} />
      </Alone>
    );
  if (setup.data === undefined)
    return (
      <Alone title="Set-up" wide>
        <Skeleton lines={5} />
      </Alone>
    );
  if (setup.data.needed)
    return (
      <Alone
        title="Welcome"
        lead="Castellan stands between your agents and everything they can touch. First it must know you: two minutes."
        wide
      >
        <Progress at="account" done={NOTHING_DONE} />
        <AccountStep where={setup.data.code} onMade={setPassword} />
      </Alone>
    );
  if (me.data !== undefined) return <AfterAccountSteps password={password} />;
  if (isSignedOut(me.error))
    return (
      <Alone title="Set-up has begun" lead="There is an account. Sign in, and go on where you were.">
        <Button variant="filled" onClick={() => void navigate({ to: '/sign-in', search: { to: '/setup' } })}>
          Sign in
        </Button>
      </Alone>
    );
  return (
    <Alone title="Set-up">
      <ErrorNote error={me.error} />
    </Alone>
  );
}
