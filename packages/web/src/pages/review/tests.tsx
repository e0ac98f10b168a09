// Test runs: the version itself, with every call to the outside noted or refused instead of done.
import type { ScriptReview, ScriptRun } from '@castellan/contract';
import { Radio } from '@mantine/core';
import '@mantine/core/styles/Radio.layer.css';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import { ArgsField } from '../../scripts/args-field.tsx';
import { readArguments, signature } from '../../scripts/model.ts';
import { RunList } from '../../scripts/run-list.tsx';
import { RunReport } from '../../scripts/run-report.tsx';
import scripts from '../../scripts/scripts.module.css';
import { OutcomeTag } from '../../scripts/state-tag.tsx';
import css from './review.module.css';

export function Tests({ review: { version, tests, runs } }: { readonly review: ScriptReview }) {
  const [args, setArgs] = useState('');
  const [calls, setCalls] = useState<'recorded' | 'refused'>('recorded');
  const [fault, setFault] = useState<string | null>(null);
  const test = useChange('testScript');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const read = readArguments(args);
    setFault(read.ok ? null : read.why);
    if (!read.ok) return;
    await test.run({
      params: { name: version.script },
      body: { digest: version.digest, args: [...read.args], calls },
    });
  };
  const [latest, ...earlier] = tests;
  const others = runs.filter(({ kind }) => kind === 'run');
  return (
    <>
      <section id="tests" tabIndex={-1} className={css.part} aria-labelledby="tests-title">
        <h2 id="tests-title">Test run</h2>
        <p className={kit.note}>
          Runs exactly this text, here. Nothing leaves the machine and no secret is used: each call to the outside is
          written down below instead of being made.
        </p>
        <form className={css.test} onSubmit={(event) => void submit(event)} noValidate>
          {version.entry === 'main' && version.parameters.length > 0 ? (
            <ArgsField signature={signature(version)} value={args} error={fault} onChange={setArgs} />
          ) : null}
          <fieldset className={scripts.choices}>
            <legend className="sr-only">What its calls are answered</legend>
            <Radio
              label="Answer its calls with stand-ins, and see how far it goes"
              name="calls"
              checked={calls === 'recorded'}
              onChange={() => setCalls('recorded')}
            />
            <Radio
              label="Refuse its calls, and see what it does then"
              name="calls"
              checked={calls === 'refused'}
              onChange={() => setCalls('refused')}
            />
          </fieldset>
          <ErrorNote error={test.failure} />
          <div>
            <Act needs="scripts:run" submit pending={test.pending}>
              Test it
            </Act>
          </div>
        </form>
        {latest === undefined ? null : (
          <section aria-label="Latest test run" className={kit.stack}>
            <TestHead run={latest} />
            <RunReport run={latest} limits={version.capabilities.limits} />
          </section>
        )}
        {earlier.map((run) => (
          <details key={run.id} className={kit.fold}>
            <summary>
              <TestHead run={run} />
            </summary>
            <RunReport run={run} limits={version.capabilities.limits} />
          </details>
        ))}
      </section>
      {others.length === 0 ? null : (
        <section className={css.part} aria-labelledby="runs-title">
          <h2 id="runs-title">Runs of this version</h2>
          <RunList runs={others} none="" />
        </section>
      )}
    </>
  );
}

function TestHead({ run: { outcome, startedAt, calls } }: { readonly run: ScriptRun }) {
  return (
    <span className={css.testHead} role="status">
      <OutcomeTag outcome={outcome} />
      <span className="muted">
        {calls.length === 0 ? 'no host calls' : countText(calls.length, 'host call')} · <When at={startedAt} />
      </span>
    </span>
  );
}
