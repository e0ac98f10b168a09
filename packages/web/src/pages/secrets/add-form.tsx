// Keeps a new secret: the value is typed once, sent once, and forgotten here with the answer, whatever it was.
import { Checkbox, TextInput } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { NoteField, RotationField, UsesField, ValueField } from './fields.tsx';
import { daysOf, parseUses } from './model.ts';

export function AddForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [uses, setUses] = useState('');
  const [note, setNote] = useState('');
  const [days, setDays] = useState('');
  const [canary, setCanary] = useState(false);
  const [usesFault, setUsesFault] = useState<string | null>(null);
  const add = useChange('addSecret');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseUses(uses);
    setUsesFault(parsed.ok ? null : parsed.why);
    if (!parsed.ok) return;
    const done = await add.run({
      body: { name: name.trim(), value, uses: [...parsed.uses], note, rotateAfterDays: daysOf(days), canary },
    });
    setValue('');
    if (done !== null) onDone();
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <TextInput
        label="Name"
        description="How agents call it: letters, digits, _ . and -"
        placeholder="GITHUB_TOKEN"
        value={name}
        required
        data-autofocus
        pattern="[A-Za-z_][A-Za-z0-9_.\-]{0,63}"
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ValueField value={value} onChange={setValue} />
      {canary ? null : <UsesField value={uses} onChange={setUses} error={usesFault} />}
      <NoteField value={note} onChange={setNote} />
      <RotationField value={days} onChange={setDays} />
      <Checkbox
        label="A canary"
        description="Bait that nobody uses: an agent that touches it is frozen at once"
        checked={canary}
        onChange={(event) => setCanary(event.currentTarget.checked)}
      />
      <ErrorNote error={add.failure} />
      <div>
        <Act needs="secrets:write" submit variant="filled" pending={add.pending}>
          Keep it
        </Act>
      </div>
    </form>
  );
}
