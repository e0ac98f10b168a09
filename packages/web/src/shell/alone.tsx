// A page without the rail: set-up, sign-in, the page of a link. One column, one thing to do.
import type { ReactNode } from 'react';
import { usePageTitle } from '../kit/page-title.ts';
import css from './alone.module.css';
import { Mark } from './mark.tsx';

export function Alone({
  title,
  lead,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <main className={css.alone} data-wide={wide || undefined}>
      <p className={css.brand}>
        <Mark size={22} /> Castellan
      </p>
      <header>
        <h1>{title}</h1>
        {lead === undefined ? null : <div className={css.lead}>{lead}</div>}
      </header>
      {children}
    </main>
  );
}
