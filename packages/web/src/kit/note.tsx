// A sentence that must be seen: an icon and a word carry the meaning, colour only repeats it.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './note.module.css';

const ICONS = { bad: CircleAlert, warn: TriangleAlert, good: CircleCheck, plain: Info } as const;

export function Note({
  kind = 'plain',
  title,
  children,
  actions,
}: {
  readonly kind?: keyof typeof ICONS;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const Icon = ICONS[kind];
  return (
    <div className={css.note} data-kind={kind}>
      <Icon size={18} aria-hidden />
      <div>
        {title === undefined ? null : <p className={css.title}>{title}</p>}
        {children}
        {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
      </div>
    </div>
  );
}
