// What a version may do, a sentence each, worst first; and what of it is another thing than before.
import { CircleAlert, FileInput, Gauge, Globe, KeyRound, type LucideIcon, Wrench } from 'lucide-react';
import { Prose } from '../kit/prose.tsx';
import { Tag } from '../kit/tag.tsx';
import css from './scripts.module.css';

type Kind = 'secret' | 'host' | 'tool' | 'load' | 'limit' | 'finding';
type Change = 'same' | 'added' | 'removed' | 'changed';

const ICONS: Readonly<Record<Kind, LucideIcon>> = {
  finding: CircleAlert,
  secret: KeyRound,
  tool: Wrench,
  host: Globe,
  load: FileInput,
  limit: Gauge,
};
const CHANGES: Readonly<Record<Exclude<Change, 'same'>, string>> = {
  added: 'new',
  changed: 'changed',
  removed: 'no longer',
};

export interface Sentence {
  readonly kind: Kind;
  readonly text: string;
  readonly change?: Change;
}

export function Abilities({ sentences }: { readonly sentences: readonly Sentence[] }) {
  return (
    <ul className={css.may} aria-label="What it may do">
      {sentences.map(({ kind, text, change = 'same' }) => {
        const Icon = ICONS[kind];
        return (
          <li key={`${kind} ${change} ${text}`} data-change={kind === 'finding' ? 'added' : change}>
            <Icon size={16} aria-hidden />
            <span>
              <Prose text={text} />
            </span>
            {change === 'same' ? null : <Tag tone={change === 'removed' ? 'plain' : 'warn'}>{CHANGES[change]}</Tag>}
          </li>
        );
      })}
    </ul>
  );
}
