// The frame of a page inside the shell: one heading, what belongs to it, then the content.
import type { ReactNode } from 'react';
import css from './page-frame.module.css';
import { usePageTitle } from './page-title.ts';

export interface PageFrameProps {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** Uses the whole width instead of a column that is comfortable to read. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function PageFrame({ title, lead, actions, wide = false, children }: PageFrameProps) {
  usePageTitle(title);
  return (
    <div className={css.page} data-wide={wide || undefined}>
      <header className={css.head}>
        <div>
          <h1>{title}</h1>
          {lead === undefined ? null : <p className={css.lead}>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, with a heading and a line above it. */
export function Section({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={css.section}>
      <header className={css.head}>
        <div>
          <h2>{title}</h2>
          {lead === undefined ? null : <p className={css.lead}>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
