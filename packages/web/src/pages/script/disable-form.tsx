// Nothing of a script runs any more: who asks for it reads why.
import { Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';

export function DisableForm({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  const disable = useChange('disableScript');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if ((await disable.run({ params: { name }, body: { reason: reason.trim() } })) !== null) onDone();
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)}>
      <p>Nothing of it runs from now on, by nobody and no schedule, until a version is restored or approved.</p>
      <Textarea
        label="Why? Agents that ask for it read this"
        value={reason}
        maxLength={1000}
        minRows={2}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ErrorNote error={disable.failure} />
      <div>
        <Act needs="scripts:approve" submit variant="filled" pending={disable.pending} about={name}>
          Disable
        </Act>
      </div>
    </form>
  );
}
