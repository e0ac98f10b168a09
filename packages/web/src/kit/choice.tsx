// One of a few, through the browser's own control: the keyboard, the phone's wheel and every screen reader know it.
import { NativeSelect } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { seenText } from './text-pieces.ts';

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function Choice({
  label,
  value,
  options,
  onChange,
  hidden = false,
  disabled = false,
  help,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
  /** The label is read out and not shown. */
  readonly hidden?: boolean;
  readonly disabled?: boolean;
  readonly help?: string;
}) {
  return (
    <NativeSelect
      {...(hidden ? { 'aria-label': label } : { label })}
      {...(help === undefined ? {} : { description: help })}
      value={value}
      rightSection={<ChevronDown size={16} aria-hidden />}
      rightSectionPointerEvents="none"
      data={options.map(({ value, label }) => ({ value, label: seenText(label) }))}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
