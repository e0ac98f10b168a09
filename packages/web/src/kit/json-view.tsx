// A JSON value as it stands, as a tree to read: nothing is left out without a button that shows it.
import type { JsonValue } from '@castellan/contract';
import { useState } from 'react';
import css from './json-view.module.css';
import { piecesOf, seenText } from './text-pieces.ts';
import { countText } from './time-text.ts';

const LONG_TEXT = 600;
const MANY = 50;

function Text({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false);
  const shown = open ? text : text.slice(0, LONG_TEXT);
  return (
    <span className={css.text}>
      {piecesOf(shown, []).map(({ at, text, hidden }) =>
        hidden === undefined ? text : <mark key={at}>{hidden}</mark>,
      )}
      {shown.length === text.length ? null : (
        <button type="button" className={css.more} onClick={() => setOpen(true)}>
          Show {countText(text.length - shown.length, 'more character')}
        </button>
      )}
    </span>
  );
}

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
            <button type="button" className={css.more} onClick={() => setOpen(true)}>
              Show {entries.length - shown.length} more
            </button>
          </dd>
        </div>
      )}
    </dl>
  );
}

export function JsonView({ value }: { readonly value: JsonValue }) {
  if (typeof value === 'string')
    return value === '' ? <span className={css.nothing}>empty text</span> : <Text text={value} />;
  if (value === null || typeof value !== 'object') return <span className={css.plain}>{String(value)}</span>;
  const entries = Array.isArray(value)
    ? value.map((each, index) => [String(index + 1), each as JsonValue] as const)
    : Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (entries.length === 0) return <span className={css.nothing}>{Array.isArray(value) ? 'empty list' : 'empty'}</span>;
  return <Rows entries={entries} />;
}
