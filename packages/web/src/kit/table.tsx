// A table of facts that is also readable on a phone: each cell carries the name of its column as `data-label`.
import type { ReactNode } from 'react';
import css from './table.module.css';

export function Table({
  caption,
  columns,
  children,
}: {
  /** Said to a screen reader. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly children: ReactNode;
}) {
  return (
    <table className={css.table}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column === '' ? <span className="sr-only">Actions</span> : column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
