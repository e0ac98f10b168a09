// The one field that narrows the list down: the words of `castellan log`, read as they are typed. What is not understood is told
// with where it stands, and the list stays as it was: half a query would find what nobody asked for.
import { parseQuery, QUERY_FIELD_NAMES, QUERY_FIELDS } from '@castellan/contract';
import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useId } from 'react';
import kit from '../../kit/rows.module.css';
import { Ticked } from '../../kit/ticked.tsx';
import css from './query.module.css';

export function QueryField({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  const read = parseQuery(text);
  const faults = useId();
  return (
    <search className={css.query}>
      <TextInput
        type="search"
        aria-label="Find calls"
        placeholder="verdict:deny since:2d tool:Bash “drop table”"
        leftSection={<Search size={16} aria-hidden />}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={!read.ok}
        aria-describedby={faults}
      />
      <div id={faults} role="status" className={css.faults}>
        {read.ok
          ? null
          : read.faults.map(({ message, hint }) => (
              <p key={message}>
                <strong>
                  <Ticked text={message} />
                </strong>
                {hint === undefined ? null : (
                  <>
                    {': '}
                    <Ticked text={hint} />
                  </>
                )}
              </p>
            ))}
      </div>
      <details className={kit.fold}>
        <summary>What can be asked</summary>
        <div className={kit.stack}>
          <p>
            All terms must hold. A comma means any of these, <code>-</code> in front means none of these, <code>*</code>{' '}
            stands for anything, and what has a space in it stands in quotes.
          </p>
          <dl className={css.words}>
            {QUERY_FIELD_NAMES.map((field) => (
              <div key={field}>
                <dt>
                  <button type="button" onClick={() => onChange(`${text.trimEnd()} ${field}:`.trimStart())}>
                    {field}
                  </button>
                </dt>
                <dd>
                  {QUERY_FIELDS[field].what}, <code>{QUERY_FIELDS[field].example}</code>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </details>
    </search>
  );
}
