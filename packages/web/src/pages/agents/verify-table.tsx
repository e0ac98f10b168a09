// The last verification as a table: rows are its ways to act, columns what was tried. Words say it, hues repeat it.
import type { Verification } from '@castellan/contract';
import { Check, Ellipsis, Minus, X } from 'lucide-react';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { type Cell, COLUMNS, countOf, tableRows } from './standing-model.ts';
import css from './verify-table.module.css';

const CELLS: Readonly<Record<Cell, { readonly icon: typeof Check; readonly word: string }>> = {
  ok: { icon: Check, word: 'ok' },
  failed: { icon: X, word: 'FAILED' },
  none: { icon: Minus, word: 'not tried' },
  waits: { icon: Ellipsis, word: 'still to come' },
};

export function VerifyTable({ verification, label }: { readonly verification: Verification; readonly label: string }) {
  const rows = tableRows(verification);
  return (
    <div className={kit.stack}>
      {rows.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, and must be reached by the keyboard
        <section className={css.scroll} tabIndex={0} aria-label={label}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">Way to act</span>
                </th>
                {COLUMNS.map(({ situation, name, means }) => (
                  <th key={situation} scope="col">
                    {name}
                    <span className={css.means}>{means}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ surface, name, cells }) => (
                <tr key={surface}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, at) => (
                    <TableCell key={COLUMNS[at]?.situation} cell={cell} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Counts verification={verification} />
      <Failures verification={verification} />
    </div>
  );
}

function TableCell({ cell }: { readonly cell: Cell }) {
  const { icon: Icon, word } = CELLS[cell];
  const isLoud = cell === 'ok' || cell === 'failed';
  return (
    <td data-cell={cell}>
      <span className={css.cell}>
        <Icon size={14} aria-hidden />
        <span className={isLoud ? undefined : 'sr-only'}>{word}</span>
      </span>
    </td>
  );
}

function Counts({ verification: { checks } }: { readonly verification: Verification }) {
  const settings = countOf(checks, 'settings');
  const ways = countOf(checks, 'way');
  const words = [
    settings === null ? null : `Settings: ${settings.passed} of ${settings.all} stand as they were written.`,
    ways === null ? null : `Ways past: ${ways.passed} of ${ways.all} closed.`,
  ].filter((text) => text !== null);
  return words.length === 0 ? null : <p className={kit.note}>{words.join(' ')}</p>;
}

function Failures({ verification: { checks, text, state } }: { readonly verification: Verification }) {
  const failed = checks.filter(({ ok }) => !ok);
  return (
    <>
      {state === 'failed' && text !== '' ? <p>{text}</p> : null}
      {failed.length === 0 ? null : (
        <ul className={css.failures} aria-label="What failed">
          {failed.map(({ id, title, seen }) => (
            <li key={id}>
              <Prose text={title} />
              {seen === '' ? null : <span className={kit.note}>Seen: {seen}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
