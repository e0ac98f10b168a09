// Adds a server in three steps: what it is, what would be started, what it offers. INVARIANT: nothing runs before a person has
// seen what would, and nothing is believed before they have seen what it says.
import type { ModulePlan } from '@castellan/contract';
import { Button, Checkbox, Loader } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { AddForm } from './add-form.tsx';
import { NOTHING_TYPED, readTyped, type Typed } from './add-model.ts';
import { Offer } from './add-offer.tsx';
import css from './servers.module.css';
import { SignIn } from './sign-in.tsx';
import { StartFacts } from './start-facts.tsx';

type Step =
  | { readonly kind: 'form' }
  | { readonly kind: 'ask'; readonly plan: ModulePlan }
  | { readonly kind: 'offer'; readonly plan: ModulePlan };

export function AddServer() {
  const navigate = useNavigate();
  const [typed, setTyped] = useState<Typed>(NOTHING_TYPED);
  const [step, setStep] = useState<Step>({ kind: 'form' });
  const [isThatServer, setIsThatServer] = useState(false);
  const plan = useChange('planModule');
  const add = useChange('addModule');
  const waiting = useRef<AbortController | null>(null);
  // Whoever closes the sheet waits for nothing any more, and the daemon is told so.
  useEffect(() => () => waiting.current?.abort(), []);

  const planned = async (look: boolean, again?: ModulePlan): Promise<void> => {
    const read = readTyped(typed);
    if (!read.ok) return;
    const shown = again?.manifest.start;
    // What was shown is what is started: no version is looked up again.
    const start = shown?.kind === 'mcp' || shown?.kind === 'mcp-http' ? shown : read.start;
    const stop = new AbortController();
    waiting.current = stop;
    add.reset();
    const sorted = isThatServer && again?.byFileName != null ? { sortAs: again.byFileName.module } : {};
    const answer = await plan.run({ body: { name: read.name, start, look, ...sorted }, signal: stop.signal });
    if (stop.signal.aborted) plan.reset();
    else if (answer !== null) setStep({ kind: look ? 'offer' : 'ask', plan: answer });
  };
  const added = async (id: string, safe: readonly string[]): Promise<void> => {
    const module = await add.run({ body: { plan: id, safe: [...safe] } });
    if (module !== null) await navigate({ to: '/modules/$name', params: { name: module.name } });
  };
  const back = (): void => {
    plan.reset();
    add.reset();
    setIsThatServer(false);
    setStep({ kind: 'form' });
  };
  const stop = (): void => waiting.current?.abort();

  switch (step.kind) {
    case 'form':
      return (
        <>
          <AddForm
            typed={typed}
            onChange={setTyped}
            failure={plan.failure}
            pending={plan.pending}
            onGo={() => void planned(false)}
          />
          {plan.pending ? (
            <Waiting onStop={stop}>Looking up what would be started. A package may take a minute to install.</Waiting>
          ) : null}
        </>
      );
    case 'ask': {
      const { byFileName, manifest } = step.plan;
      const { start } = manifest;
      const local = start.kind === 'mcp';
      return (
        <div className={kit.wide}>
          <Heading>{local ? 'This would be started' : 'This would be asked'}</Heading>
          <StartFacts start={start} sandbox={step.plan.sandbox} />
          <Steps steps={step.plan.steps} />
          <p>
            {local
              ? 'It runs once, as you, in an empty folder, with none of your variables but the harmless ones. Only then can be seen what it offers. Nothing of it is used yet.'
              : 'It is asked once what it offers. Nothing of it is used yet.'}
          </p>
          {byFileName === null ? null : (
            <Checkbox
              label={`It is the server of ${byFileName.module}: sort its tools as that, which comes with Castellan`}
              description={`Only the name of ${seenText(byFileName.program)} says so, and anybody may give that to any program.`}
              checked={isThatServer}
              disabled={plan.pending}
              onChange={(event) => setIsThatServer(event.currentTarget.checked)}
            />
          )}
          <ErrorNote error={plan.failure} />
          {plan.pending ? (
            <Waiting onStop={stop}>Reading what it offers.</Waiting>
          ) : (
            <div className={kit.actions}>
              <Button onClick={back}>Back</Button>
              <Button variant="filled" onClick={() => void planned(true, step.plan)}>
                {local ? 'Start it and look' : 'Ask it and look'}
              </Button>
            </div>
          )}
        </div>
      );
    }
    case 'offer': {
      const looked = step.plan;
      if (looked.needsSignIn)
        return (
          <div className={kit.wide}>
            <Heading>It wants you to sign in first</Heading>
            <p>Before that it does not say what it offers. Come back here when you are signed in.</p>
            <Steps steps={looked.steps} />
            <SignIn name={looked.manifest.name} />
            <ErrorNote error={plan.failure} />
            {plan.pending ? (
              <Waiting onStop={stop}>Reading what it offers.</Waiting>
            ) : (
              <div className={kit.actions}>
                <Button onClick={back}>Back</Button>
                <Button onClick={() => void planned(true, looked)}>Look again</Button>
              </div>
            )}
          </div>
        );
      return (
        <div className={kit.wide}>
          <Heading>This is what it offers</Heading>
          <Steps steps={looked.steps} />
          <Offer
            plan={looked}
            pending={add.pending}
            failure={add.failure}
            onBack={back}
            onAdd={(safe) => void added(looked.id, safe)}
          />
        </div>
      );
    }
  }
}

/** Takes the focus, so that a screen reader goes on where the new step begins. */
function Heading({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h3 ref={heading} tabIndex={-1} className={css.heading}>
      {children}
    </h3>
  );
}

function Steps({ steps }: { readonly steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <ul className={kit.stack}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps that were taken never move, and two may be alike
        <li key={index} className={kit.note}>
          <Prose text={step} />
        </li>
      ))}
    </ul>
  );
}

function Waiting({ onStop, children }: { readonly onStop: () => void; readonly children: ReactNode }) {
  return (
    <div className={css.waiting}>
      <Loader size={18} aria-hidden />
      <p role="status">{children}</p>
      <Button onClick={onStop}>Stop</Button>
    </div>
  );
}
