// Runs the version that is approved: it is started, and shown while it runs.
import type { ScriptVersion } from '@castellan/contract';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { ArgsField } from '../../scripts/args-field.tsx';
import { readArguments, signature } from '../../scripts/model.ts';

export function RunForm({ version }: { readonly version: ScriptVersion }) {
  const navigate = useNavigate();
  const [args, setArgs] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const run = useChange('runScript');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const read = readArguments(args);
    setFault(read.ok ? null : read.why);
    if (!read.ok) return;
    const started = await run.run({
      params: { name: version.script },
      body: { digest: version.digest, args: [...read.args], wait: false },
    });
    if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} noValidate>
      <p>
        Version {version.number}, for real: what it does is decided and recorded like any call, and a call that asks
        waits for your answer.
      </p>
      {version.entry === 'main' ? (
        <ArgsField signature={signature(version)} value={args} error={fault} onChange={setArgs} />
      ) : (
        <p className="muted">It takes no arguments.</p>
      )}
      <ErrorNote error={run.failure} />
      <div>
        <Act needs="scripts:run" submit variant="filled" pending={run.pending} about={version.script}>
          Run
        </Act>
      </div>
    </form>
  );
}
