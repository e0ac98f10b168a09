// The values `main` is given, as a JSON list.
import { Textarea } from '@mantine/core';
import css from './scripts.module.css';

export function ArgsField({
  signature,
  value,
  error,
  onChange,
}: {
  /** What the source says it takes: `main(week, dry = True)`. */
  readonly signature: string;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Textarea
      label="Arguments"
      description={`A JSON list: one value for each parameter of ${signature}`}
      placeholder={'["tea", 3]'}
      className={css.code ?? ''}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
