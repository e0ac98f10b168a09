// Other times for a schedule; what it starts stays what it is: for something else another one is made.
import type { Schedule } from '@castellan/contract';
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { MISSED_WORDS, OVERLAP_WORDS } from '../../scripts/schedule-model.ts';
import { Times } from '../schedules/times.tsx';

export function ChangeForm({ schedule, onDone }: { readonly schedule: Schedule; readonly onDone: () => void }) {
  const { id, name, cron, timeZone, overlap, missed } = schedule;
  const [typed, setTyped] = useState({ name, cron, timeZone, overlap, missed });
  const change = useChange('changeSchedule');
  const set = (part: Partial<typeof typed>): void => setTyped((before) => ({ ...before, ...part }));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if ((await change.run({ params: { id }, body: typed })) !== null) onDone();
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label="Name"
        value={typed.name}
        maxLength={80}
        data-autofocus
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Times typed={typed} set={({ cron = typed.cron, timeZone = typed.timeZone }) => set({ cron, timeZone })} />
      <Choice
        label="Due while the last one still runs"
        value={typed.overlap}
        options={Object.entries(OVERLAP_WORDS).map(([value, label]) => ({ value, label }))}
        onChange={(value) => set({ overlap: value === 'queue' ? 'queue' : 'skip' })}
      />
      <Choice
        label="Due while Castellan was not running"
        value={typed.missed}
        options={Object.entries(MISSED_WORDS).map(([value, label]) => ({ value, label }))}
        onChange={(value) => set({ missed: value === 'once' ? 'once' : 'skip' })}
      />
      <ErrorNote error={change.failure} />
      <div>
        <Act needs="schedules:write" submit variant="filled" pending={change.pending} about={name}>
          Keep the change
        </Act>
      </div>
    </form>
  );
}
