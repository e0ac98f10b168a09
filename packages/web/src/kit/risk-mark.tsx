// What a call would do, in one word with its own shape. Colour comes last and says nothing that the word does not.
import { CircleHelp, Eye, type LucideIcon, PencilLine, Send, Terminal, Trash2 } from 'lucide-react';
import css from './risk-mark.module.css';

const MARKS: Readonly<Record<string, { icon: LucideIcon; hue: 'calm' | 'warn' | 'bad' }>> = {
  reads: { icon: Eye, hue: 'calm' },
  changes: { icon: PencilLine, hue: 'warn' },
  deletes: { icon: Trash2, hue: 'bad' },
  sends: { icon: Send, hue: 'bad' },
  runs: { icon: Terminal, hue: 'warn' },
  unknown: { icon: CircleHelp, hue: 'bad' },
};
const UNKNOWN = { icon: CircleHelp, hue: 'bad' } as const;

export function RiskMark({ risk }: { readonly risk: string }) {
  const { icon: Icon, hue } = MARKS[risk] ?? UNKNOWN;
  return (
    <span className={css.mark} data-hue={hue}>
      <Icon size={14} aria-hidden />
      {risk}
    </span>
  );
}

/** Worst first, as the daemon gives them. */
export function RiskMarks({ risk }: { readonly risk: readonly string[] }) {
  return (
    <span className={css.marks}>
      {risk.map((each) => (
        <RiskMark key={each} risk={each} />
      ))}
    </span>
  );
}
