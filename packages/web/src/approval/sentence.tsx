// The sentence of a call with the parts that matter in bold: what the daemon put in quotation marks came from the agent.
import type { ReactNode } from 'react';

const QUOTED = /(“(?:[^”\\]|\\.)*”)/;

export function Sentence({ text }: { readonly text: string }): ReactNode {
  return text.split(QUOTED).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stand where they stand
    index % 2 === 1 ? <strong key={index}>{part}</strong> : part,
  );
}
