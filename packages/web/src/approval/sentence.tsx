// The sentence of a call with the parts that matter in bold: what the daemon put in quotation marks came from the agent.
import type { Approval } from '@castellan/contract';
import type { ReactNode } from 'react';

const QUOTED = /(“(?:[^”\\]|\\.)*”)/;

/** A script's name needs no mark: it has none of the characters that could pose as something else. */
const plainScript = (summary: string): string => summary.replace(/^Script `([a-z0-9-]+)`:/, 'Script $1:');

/** What lies in the folder of the call is named from there; the whole path stands in the effects and in the arguments. */
export const nearPaths = ({ summary, cwd }: Pick<Approval, 'summary' | 'cwd'>): string =>
  plainScript(cwd === '/' ? summary : summary.replaceAll(`“${cwd}/`, '“'));

export function Sentence({ approval }: { readonly approval: Pick<Approval, 'summary' | 'cwd'> }): ReactNode {
  return nearPaths(approval)
    .split(QUOTED)
    .map((part, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stand where they stand
      index % 2 === 1 ? <strong key={index}>{part}</strong> : part,
    );
}
