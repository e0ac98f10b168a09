// Notes beside an incident, and its end.
import type { Incident } from '@castellan/contract';
import { Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange, useMay } from '../connection/use-ask.ts';
import { Act } from '../kit/act.tsx';
import { ErrorNote } from '../kit/error-note.tsx';
import { Section } from '../kit/page-frame.tsx';
import kit from '../kit/rows.module.css';
import { seenText } from '../kit/text-pieces.ts';
import { When } from '../kit/when.tsx';
import { Who } from '../kit/who.tsx';
import css from './incidents.module.css';

export function Notes({ incident, held }: { readonly incident: Incident; readonly held: boolean }) {
  const { id, notes, closedAt } = incident;
  const [text, setText] = useState('');
  const may = useMay('incidents:write');
  const add = useChange('noteIncident');
  const close = useChange('closeIncident');
  const send = async (change: typeof add | typeof close): Promise<void> => {
    if (text.trim() === '') return;
    if ((await change.run({ params: { id }, body: { text: text.trim() } })) !== null) setText('');
  };
  return (
    <Section title="Notes">
      <div className={kit.wide}>
        {notes.length === 0 ? <p className="muted">None yet.</p> : null}
        {notes.length === 0 ? null : (
          <ul className={kit.rows}>
            {notes.map(({ at, by, text }) => (
              <li key={`${at} ${text}`} className={css.line}>
                <p>{seenText(text)}</p>
                <p className={kit.note}>
                  <Who who={by} />, <When at={at} />
                </p>
              </li>
            ))}
          </ul>
        )}
        {may ? (
          <form
            className={kit.form}
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              void send(add);
            }}
          >
            <Textarea
              label="Note"
              value={text}
              maxLength={2000}
              minRows={2}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <ErrorNote error={add.failure ?? close.failure} />
            <div className={kit.actions}>
              <Act needs="incidents:write" submit pending={add.pending} disabled={text.trim() === ''}>
                Add the note
              </Act>
              {closedAt !== null || held ? null : (
                <Act
                  needs="incidents:write"
                  pending={close.pending}
                  disabled={text.trim() === ''}
                  onClick={() => void send(close)}
                >
                  Close with this note
                </Act>
              )}
            </div>
          </form>
        ) : null}
      </div>
    </Section>
  );
}
