// The fields a secret is made and changed with. The value's field shows nothing and is offered to no password manager.
import { PasswordInput, Textarea, TextInput } from '@mantine/core';

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function ValueField({ value, onChange, label = 'Value' }: FieldProps & { readonly label?: string }) {
  return (
    <PasswordInput
      label={label}
      description="Sent once, sealed, and never shown again"
      value={value}
      required
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
      visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed' }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function UsesField({ value, onChange, error }: FieldProps & { readonly error: string | null }) {
  return (
    <Textarea
      label="What it may be used for"
      description="One a line: host:api.example.org, agent:claude, module:github. Without a host it leaves for nowhere."
      placeholder="host:api.example.org"
      autosize
      minRows={2}
      value={value}
      error={error}
      spellCheck={false}
      autoCapitalize="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function NoteField({ value, onChange }: FieldProps) {
  return (
    <TextInput
      label="Note"
      description="For people; agents do not see it"
      value={value}
      maxLength={200}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function RotationField({ value, onChange }: FieldProps) {
  return (
    <TextInput
      label="Rotate after"
      description="In days; empty for never. You are told a week before."
      inputMode="numeric"
      pattern="[1-9][0-9]{0,3}"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
