// One channel as a form. A credential is the name of a secret in the vault, never the credential itself.
import type { Channel, ChannelKind, Fault } from '@castellan/contract';
import { channelNameSchema } from '@castellan/contract';
import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { answersWarning, channelOf, type FormField, type FormValues, formOf, valuesOf } from './channel-form.ts';

const TELLS = ['approval', 'reminder', 'alarm'] as const;
const TELL_WORDS = { approval: 'Approvals', reminder: 'Reminders', alarm: 'Alarms' } as const;

export function ChannelSheet({
  kind,
  name: before,
  channel,
  onDone,
}: {
  readonly kind: ChannelKind;
  /** null: a new one. */
  readonly name: string | null;
  readonly channel: Channel | null;
  readonly onDone: () => void;
}) {
  const form = formOf(kind);
  const [name, setName] = useState<string>(before ?? kind);
  const [values, setValues] = useState<FormValues>(
    channel === null
      ? Object.fromEntries(form.fields.map(({ name, initial = '' }) => [name, initial]))
      : valuesOf(channel),
  );
  const [tells, setTells] = useState<Channel['tells']>(channel?.tells ?? [...TELLS]);
  const [answers, setAnswers] = useState<Channel['answers']>(channel?.answers ?? 'sign-in');
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const save = useChange('changePolicy');
  const faultOf = (field: string): string | null =>
    faults.find(({ path }) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`))
      ?.message ?? null;
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const built = channelOf(kind, values, { tells, answers });
    const named = channelNameSchema.safeParse(name);
    setFaults([
      ...(built.ok ? [] : built.faults),
      ...(named.success
        ? []
        : [{ path: 'channel-name', message: named.error.issues[0]?.message ?? 'that is no name' }]),
    ]);
    if (!built.ok || !named.success) return;
    if ((await save.run({ body: { change: 'channel', name, channel: built.channel } })) !== null) onDone();
  };
  const warning = answersWarning(kind, answers);
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)} noValidate>
      <p className="muted">{form.lead}</p>
      <TextInput
        label="Name"
        value={name}
        disabled={before !== null}
        error={faultOf('channel-name')}
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {form.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={faultOf(field.name)}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <fieldset className={kit.stack}>
        <legend>Tells of</legend>
        {TELLS.map((tell) => (
          <Checkbox
            key={tell}
            label={TELL_WORDS[tell]}
            checked={tells.includes(tell)}
            onChange={(event) =>
              setTells(TELLS.filter((each) => (each === tell ? event.currentTarget.checked : tells.includes(each))))
            }
          />
        ))}
      </fieldset>
      {form.mayLink ? (
        <Choice
          label="Answering from the message"
          value={answers}
          options={[
            { value: 'sign-in', label: 'opens the page, where one signs in' },
            { value: 'link', label: 'works once, without a sign-in' },
          ]}
          onChange={(value) => setAnswers(value === 'link' ? 'link' : 'sign-in')}
        />
      ) : null}
      {warning === null ? null : <Note kind="warn">{warning}</Note>}
      <ErrorNote error={save.failure} />
      <div>
        <Button type="submit" variant="filled" loading={save.pending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Field({
  field,
  value,
  error,
  onChange,
}: {
  readonly field: FormField;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}) {
  const label = field.optional === true ? `${field.label} (optional)` : field.label;
  const shared = { label, description: field.help, value, error, spellCheck: false, autoCapitalize: 'off' } as const;
  switch (field.kind) {
    case 'lines':
    case 'pairs':
      return <Textarea {...shared} autosize minRows={2} onChange={(event) => onChange(event.currentTarget.value)} />;
    case 'choice':
      return (
        <Choice
          label={label}
          help={field.help}
          value={value}
          options={(field.choices ?? []).map((each) => ({ value: each, label: each }))}
          onChange={onChange}
        />
      );
    case 'secret':
      return <SecretField field={field} label={label} value={value} error={error} onChange={onChange} />;
    case 'number':
    case 'text':
      return (
        <TextInput
          {...shared}
          {...(field.kind === 'number' ? { inputMode: 'numeric' as const } : {})}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function SecretField({
  field,
  label,
  value,
  error,
  onChange,
}: Parameters<typeof Field>[0] & { readonly label: string }) {
  const secrets = useAsk('secrets').data?.secrets ?? [];
  return (
    <>
      <TextInput
        label={label}
        description={`The name of a secret: ${field.help}`}
        value={value}
        error={error}
        list={`secrets-${field.name}`}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={`secrets-${field.name}`}>
        {secrets.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
