// Nothing here yet: says why that is fine, and the one next step.
import type { ReactNode } from 'react';
import css from './empty.module.css';
import { ShellLine } from './shell-line.tsx';

export function Empty({
  title,
  children,
  command,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  /** The command that would put something here. */
  readonly command?: string;
}) {
  return (
    <div className={css.empty}>
      <h2>{title}</h2>
      {children === undefined ? null : <div className={css.text}>{children}</div>}
      {command === undefined ? null : <ShellLine command={command} />}
    </div>
  );
}
