// What must never run, whatever else is set.

import type { PolicyView } from '@castellan/contract';
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { isPattern } from './model.ts';
import css from './modules.module.css';
import type { AskChange } from './use-policy-change.tsx';

export function DenyList({ view, ask }: { readonly view: PolicyView; readonly ask: AskChange }) {
  const may = useMay('policy:write');
  return (
    <Section title="Never" lead="No preset, level or grant lets these run.">
      {view.deny.length === 0 ? (
        <p className="muted">Nothing is denied outright.</p>
      ) : (
        <ul className={kit.rows}>
          {view.deny.map((pattern) => (
            <li key={pattern} className={kit.row}>
              <span className="mono">{pattern}</span>
              <Act
                needs="policy:write"
                about={pattern}
                onClick={() =>
                  ask({
                    title: 'Take this off the list?',
                    yes: 'Take it off',
                    change: { change: 'deny', pattern, denied: false },
                  })
                }
              >
                Remove
              </Act>
            </li>
          ))}
        </ul>
      )}
      {may ? <AddDeny ask={ask} /> : null}
    </Section>
  );
}

function AddDeny({ ask }: { readonly ask: AskChange }) {
  const [pattern, setPattern] = useState('');
  const [told, setTold] = useState(false);
  const good = isPattern(pattern);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTold(!good);
    if (good)
      ask({
        title: 'Deny it always?',
        yes: 'Deny it',
        change: { change: 'deny', pattern: pattern.trim(), denied: true },
      });
  };
  return (
    <form className={css.deny} onSubmit={submit}>
      <TextInput
        label="Deny a tool"
        description="module/tool; * stands for anything"
        placeholder="mail/*"
        value={pattern}
        error={told && !good ? 'write it as module/tool' : null}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => setPattern(event.currentTarget.value)}
      />
      <Act needs="policy:write" submit>
        Deny it
      </Act>
    </form>
  );
}
