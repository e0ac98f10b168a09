// A new schedule: what is started, when, in whose time zone; what its times mean is shown before it is kept.
import { Radio, Textarea, TextInput } from '@mantine/core';
import '@mantine/core/styles/Radio.layer.css';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { ArgsField } from '../../scripts/args-field.tsx';
import { signature } from '../../scripts/model.ts';
import {
  draftOf,
  MISSED_WORDS,
  nothingTyped,
  OVERLAP_WORDS,
  type TypedSchedule,
} from '../../scripts/schedule-model.ts';
import scripts from '../../scripts/scripts.module.css';
import { Times } from './times.tsx';

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function AddForm({ script }: { readonly script: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState<TypedSchedule>({ ...nothingTyped(HERE), script });
  const [told, setTold] = useState(false);
  const add = useChange('addSchedule');
  const draft = draftOf(typed);
  const faults = told && !draft.ok ? draft.faults : {};
  const set = (part: Partial<TypedSchedule>): void => setTyped((before) => ({ ...before, ...part }));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTold(true);
    if (!draft.ok) return;
    const made = await add.run({ body: draft.draft });
    if (made !== null) void navigate({ to: '/schedules/$id', params: { id: made.id } });
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label="Name"
        placeholder="Report of the week"
        value={typed.name}
        error={faults.name ?? null}
        maxLength={80}
        data-autofocus
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <fieldset className={scripts.choices}>
        <legend>What it starts</legend>
        <Radio
          label="An approved script"
          name="kind"
          checked={typed.kind === 'script'}
          onChange={() => set({ kind: 'script' })}
        />
        <Radio
          label="A task of an agent"
          name="kind"
          checked={typed.kind === 'agent'}
          onChange={() => set({ kind: 'agent' })}
        />
      </fieldset>
      {typed.kind === 'script' ? (
        <ScriptPart typed={typed} faults={faults} set={set} />
      ) : (
        <AgentPart typed={typed} faults={faults} set={set} />
      )}
      <Times typed={typed} set={set} />
      <Choice
        label="Due while the last one still runs"
        value={typed.overlap}
        options={Object.entries(OVERLAP_WORDS).map(([value, label]) => ({ value, label }))}
        onChange={(overlap) => set({ overlap: overlap === 'queue' ? 'queue' : 'skip' })}
      />
      <Choice
        label="Due while Castellan was not running"
        value={typed.missed}
        options={Object.entries(MISSED_WORDS).map(([value, label]) => ({ value, label }))}
        onChange={(missed) => set({ missed: missed === 'once' ? 'once' : 'skip' })}
      />
      <ErrorNote error={add.failure} />
      <div>
        <Act needs="schedules:write" submit variant="filled" pending={add.pending}>
          Keep the schedule
        </Act>
      </div>
    </form>
  );
}

interface PartProps {
  readonly typed: TypedSchedule;
  readonly faults: Partial<Readonly<Record<keyof TypedSchedule, string>>>;
  readonly set: (part: Partial<TypedSchedule>) => void;
}

function ScriptPart({ typed, faults, set }: PartProps) {
  const query = useAsk('scripts');
  const approved = (query.data?.scripts ?? []).flatMap(({ name, approved }) =>
    approved === null ? [] : [{ name, approved }],
  );
  const chosen = approved.find(({ name }) => name === typed.script)?.approved;
  const missing = typed.script === '' || chosen !== undefined ? [] : [{ value: typed.script, label: typed.script }];
  return (
    <>
      <Choice
        label="Script"
        value={typed.script}
        options={[
          { value: '', label: approved.length === 0 ? 'no script is approved' : 'choose one' },
          ...missing,
          ...approved.map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={(script) => set({ script, digest: '' })}
        {...(faults.script === undefined ? {} : { help: faults.script })}
      />
      {chosen === undefined ? null : (
        <>
          <Choice
            label="Version"
            value={typed.digest}
            options={[
              { value: '', label: 'whichever is approved at the time' },
              { value: chosen.digest, label: `always version ${chosen.number}` },
            ]}
            onChange={(digest) => set({ digest })}
          />
          {chosen.entry === 'main' && chosen.parameters.length > 0 ? (
            <ArgsField
              signature={signature(chosen)}
              value={typed.args}
              error={faults.args ?? null}
              onChange={(args) => set({ args })}
            />
          ) : null}
        </>
      )}
    </>
  );
}

function AgentPart({ typed, faults, set }: PartProps) {
  const agents = (useAsk('agents').data?.agents ?? []).filter(
    ({ revokedAt, kind }) => revokedAt === null && kind === 'claude-code',
  );
  return (
    <>
      <Choice
        label="Agent"
        value={typed.agent}
        options={[
          { value: '', label: agents.length === 0 ? 'no agent here can be started' : 'choose one' },
          ...agents.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(agent) => set({ agent })}
        {...(faults.agent === undefined ? {} : { help: faults.agent })}
      />
      <Textarea
        label="What it is told"
        value={typed.prompt}
        error={faults.prompt ?? null}
        minRows={3}
        autosize
        maxRows={12}
        onChange={(event) => set({ prompt: event.currentTarget.value })}
      />
      <TextInput
        label="Project"
        description="The whole path of the folder it works in"
        placeholder="/home/mia/site"
        spellCheck={false}
        value={typed.workspace}
        error={faults.workspace ?? null}
        onChange={(event) => set({ workspace: event.currentTarget.value })}
      />
      <TextInput
        label="Longest, in minutes"
        inputMode="numeric"
        value={typed.minutes}
        error={faults.minutes ?? null}
        onChange={(event) => set({ minutes: event.currentTarget.value })}
      />
    </>
  );
}
