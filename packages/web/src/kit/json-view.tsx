// A JSON value as it stands, as a tree to read: nothing is left out without a button that shows it.
import type { JsonValue } from '@castellan/contract';
import { useState } from 'react';
import { ForeignText } from './foreign-text.tsx';
import css from './json-view.module.css';
import { ShowMore } from './show-more.tsx';
import { seenText } from './text-pieces.ts';

const MANY = 50;

function Rows({ entries }: { readonly entries: readonly (readonly [string, JsonValue])[] }) {
  const [open, setOpen] = useState(false);
  const shown = open ? entries : entries.slice(0, MANY);
  return (
    <dl className={css.rows}>
      {shown.map(([name, value]) => (
        <div key={name} className={css.row}>
          <dt>{seenText(name)}</dt>
          <dd>
            <JsonView value={value} />
          </dd>
        </div>
      ))}
      {shown.length === entries.length ? null : (
        <div>
          <dt className="sr-only">more</dt>
          <dd>
            <ShowMore onShow={() => setOpen(true)}>Show {entries.length - shown.length} more</ShowMore>
          </dd>
        </div>
      )}
    </dl>
  );
}

export function JsonView({ value }: { readonly value: JsonValue }) {
  if (typeof value === 'string')
    return value === '' ? <span className={css.nothing}>empty text</span> : <ForeignText text={value} mono />;
  if (value === null || typeof value !== 'object') return <span className={css.plain}>{String(value)}</span>;
  const entries = Array.isArray(value)
    ? value.map((each, index) => [String(index + 1), each as JsonValue] as const)
    : Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (entries.length === 0) return <span className={css.nothing}>{Array.isArray(value) ? 'empty list' : 'empty'}</span>;
  return <Rows entries={entries} />;
}
