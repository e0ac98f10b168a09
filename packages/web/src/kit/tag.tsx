// A word about a thing: its state or its kind. The word and the icon say it; the hue only repeats them.
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './rows.module.css';
import type { Tone } from './tone.ts';

export function Tag({
  tone = 'plain',
  icon: Icon,
  children,
}: {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}) {
  return (
    <span className={css.tag} data-tone={tone}>
      {Icon === undefined ? null : <Icon size={13} aria-hidden />}
      {children}
    </span>
  );
}
