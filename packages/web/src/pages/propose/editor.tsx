// The editor with what the daemon says of the text beside it.
import type { Inspection, ScriptName } from '@castellan/contract';
import { Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, Suspense, useMemo, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Skeleton } from '../../kit/skeleton.tsx';
import { countText } from '../../kit/time-text.ts';
import { Abilities } from '../../scripts/abilities.tsx';
import { abilitiesOf, signature, versionPlace } from '../../scripts/model.ts';
import { CodeEditor } from '../../scripts/source-view.tsx';
import { type Inspected, useInspection } from '../../scripts/use-inspection.ts';
import css from './propose.module.css';
import { TryIt } from './try-it.tsx';

export function Editor({ script, text }: { readonly script: ScriptName | null; readonly text: string }) {
  const navigate = useNavigate();
  const [name, setName] = useState(script ?? '');
  const [note, setNote] = useState('');
  const [source, setSource] = useState(text);
  const inspected = useInspection(source);
  const propose = useChange('proposeScript');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const version = await propose.run({ body: { name: name.trim(), source, note: note.trim() } });
    if (version === null) return;
    const { script, digest } = version;
    void navigate({ to: '/scripts/$name/versions/$digest', params: versionPlace(script, digest) });
  };
  const { inspection } = inspected;
  const faults = useMemo(
    () =>
      inspection?.kind !== 'faulty'
        ? []
        : inspection.faults.map(({ line, message, hint }) => ({
            line,
            message: hint === undefined ? message : `${message}: ${hint}`,
          })),
    [inspection],
  );
  const sound = inspection?.kind === 'sound' && inspected.of === source;
  return (
    <div className={css.two}>
      <form className={css.write} onSubmit={(event) => void submit(event)}>
        {script === null ? (
          <TextInput
            label="Name"
            description="Small letters, digits and -"
            placeholder="weekly-report"
            required
            pattern="[a-z][a-z0-9\-]{0,62}"
            spellCheck={false}
            autoCapitalize="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        ) : null}
        <Suspense fallback={<Skeleton lines={12} />}>
          <CodeEditor value={source} onChange={setSource} language="starlark" label="Source" faults={faults} tall />
        </Suspense>
        <Textarea
          label="What is it for, or what is different? Whoever reviews it reads this"
          value={note}
          maxLength={1000}
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <ErrorNote error={propose.failure} />
        <div>
          <Act needs="scripts:propose" submit variant="filled" pending={propose.pending} disabled={!sound}>
            Propose it
          </Act>
        </div>
      </form>
      <aside className={css.told} aria-label="What is told of it">
        <Told inspected={inspected} source={source} />
        {sound && inspection.kind === 'sound' ? <TryIt source={source} inspection={inspection} /> : null}
      </aside>
    </div>
  );
}

function Told({ inspected, source }: { readonly inspected: Inspected; readonly source: string }) {
  const { inspection, of, failure } = inspected;
  if (failure !== null) return <ErrorNote error={failure} />;
  return (
    <div role="status" aria-busy={of !== source} data-old={of !== source || undefined} className={css.status}>
      {inspection === null ? (
        <p className="muted">It is looked at as you write.</p>
      ) : (
        <Result inspection={inspection} />
      )}
    </div>
  );
}

function Result({ inspection }: { readonly inspection: Inspection }) {
  switch (inspection.kind) {
    case 'faulty':
      return (
        <Note kind="bad" title={countText(inspection.faults.length, 'fault')}>
          <ul className={kit.stack}>
            {inspection.faults.map(({ line, column, message, hint }) => (
              <li key={`${line} ${column} ${message}`}>
                {line === 0 ? null : <strong>Line {line}: </strong>}
                <Prose text={message} />
                {hint === undefined ? null : (
                  <span className="muted">
                    {' '}
                    <Prose text={hint} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Note>
      );
    case 'sound':
      return (
        <div className={kit.stack}>
          <h2>What it may do</h2>
          <Abilities sentences={abilitiesOf(inspection.capabilities, inspection.loads)} />
          <p className={kit.note}>
            Called as <code>{signature({ ...inspection, parameters: [...inspection.parameters] })}</code>
          </p>
        </div>
      );
  }
}
