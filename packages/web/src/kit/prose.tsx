// A sentence of the daemon for a person: begins with a capital, and what it puts in backticks is set as code.
import type { ReactNode } from 'react';
import { seenText } from './text-pieces.ts';

export function Prose({ text }: { readonly text: string }): ReactNode {
  const sentence = seenText(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
  return sentence.split(/`([^`]+)`/).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stand where they stand
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}
