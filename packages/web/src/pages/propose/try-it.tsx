// Runs what is being written at once, with nothing to reach: no secret, no network, no tool.
import type { Inspection, ScriptRun } from '@castellan/contract';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { ArgsField } from '../../scripts/args-field.tsx';
import { readArguments, signature } from '../../scripts/model.ts';
import { RunReport } from '../../scripts/run-report.tsx';
import { OutcomeTag } from '../../scripts/state-tag.tsx';

export function TryIt({
  source,
  inspection,
}: {
  readonly source: string;
  readonly inspection: Extract<Inspection, { kind: 'sound' }>;
}) {
  const [args, setArgs] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [run, setRun] = useState<ScriptRun | null>(null);
  const trying = useChange('evalScript');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const read = readArguments(args);
    setFault(read.ok ? null : read.why);
    if (!read.ok) return;
    setRun(await trying.run({ body: { source, args: [...read.args] } }));
  };
  return (
    <section className={kit.wide} aria-labelledby="try-title">
      <form className={kit.stack} onSubmit={(event) => void submit(event)} noValidate>
        <h2 id="try-title">Try it</h2>
        <p className={kit.note}>It runs here at once, without secrets, network or tools: asking for one is an error.</p>
        {inspection.entry === 'main' && inspection.parameters.length > 0 ? (
          <ArgsField signature={signature(inspection)} value={args} error={fault} onChange={setArgs} />
        ) : null}
        <ErrorNote error={trying.failure} />
        <div>
          <Act needs="scripts:run" submit pending={trying.pending}>
            Try it
          </Act>
        </div>
      </form>
      {run === null ? null : (
        <>
          <p role="status">
            <OutcomeTag outcome={run.outcome} />
          </p>
          <RunReport run={run} limits={inspection.capabilities.limits} />
        </>
      )}
    </section>
  );
}
