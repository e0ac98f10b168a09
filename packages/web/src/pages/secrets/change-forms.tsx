// Rotates a secret, or changes what it may be used for. Neither shows what it is.
import type { SecretInfo } from '@castellan/contract';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { NoteField, RotationField, UsesField, ValueField } from './fields.tsx';
import { daysOf, parseUses, useText } from './model.ts';

interface FormProps {
  readonly secret: SecretInfo;
  readonly onDone: () => void;
}

export function RotateForm({ secret, onDone }: FormProps) {
  const [value, setValue] = useState('');
  const rotate = useChange('rotateSecret');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const done = await rotate.run({ params: { name: secret.name }, body: { value } });
    setValue('');
    if (done !== null) onDone();
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <p>
        The new value is used from the next call on. The old one goes on being taken out of what agents send and see.
      </p>
      <ValueField label="New value" value={value} onChange={setValue} />
      <ErrorNote error={rotate.failure} />
      <div>
        <Act needs="secrets:write" submit variant="filled" pending={rotate.pending}>
          Rotate
        </Act>
      </div>
    </form>
  );
}

export function ChangeForm({ secret, onDone }: FormProps) {
  const [uses, setUses] = useState(secret.uses.map(useText).join('\n'));
  const [note, setNote] = useState(secret.note);
  const [days, setDays] = useState(secret.rotateAfterDays === null ? '' : String(secret.rotateAfterDays));
  const [usesFault, setUsesFault] = useState<string | null>(null);
  const change = useChange('changeSecret');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseUses(uses);
    setUsesFault(parsed.ok ? null : parsed.why);
    if (!parsed.ok) return;
    const body = { uses: [...parsed.uses], note, rotateAfterDays: daysOf(days) };
    if ((await change.run({ params: { name: secret.name }, body })) !== null) onDone();
  };
  return (
    <form className={kit.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      {secret.canary ? null : <UsesField value={uses} onChange={setUses} error={usesFault} />}
      <NoteField value={note} onChange={setNote} />
      <RotationField value={days} onChange={setDays} />
      <ErrorNote error={change.failure} />
      <div>
        <Act needs="secrets:write" submit variant="filled" pending={change.pending}>
          Save
        </Act>
      </div>
    </form>
  );
}
