// What a call would do, in one word with its own shape. Colour comes last and says nothing that the word does not.
import {
  CircleHelp,
  Coins,
  Eye,
  Globe,
  type LucideIcon,
  PencilLine,
  Send,
  ShieldAlert,
  Terminal,
  Trash2,
  UserRoundCog,
} from 'lucide-react';
import css from './risk-mark.module.css';

const MARKS: Readonly<Record<string, { icon: LucideIcon; hue: 'calm' | 'warn' | 'bad' }>> = {
  unknown: { icon: CircleHelp, hue: 'bad' },
  'changes safety': { icon: ShieldAlert, hue: 'bad' },
  escalates: { icon: UserRoundCog, hue: 'bad' },
  runs: { icon: Terminal, hue: 'warn' },
  spends: { icon: Coins, hue: 'bad' },
  sends: { icon: Send, hue: 'bad' },
  deletes: { icon: Trash2, hue: 'bad' },
  changes: { icon: PencilLine, hue: 'warn' },
  connects: { icon: Globe, hue: 'warn' },
  reads: { icon: Eye, hue: 'calm' },
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
