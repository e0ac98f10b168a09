// Incidents: what people said went wrong, newest first. One that a panic made is led back from on its own page.
import type { Incident } from '@castellan/contract';
import { TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { StandingTag } from '../../incidents/standing-tag.tsx';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { Who } from '../../kit/who.tsx';

export function Page() {
  const query = useAsk('incidents');
  const [adding, setAdding] = useState(false);
  return (
    <PageFrame
      title="Incidents"
      lead="What went wrong: what happened around it, what is to be done, and the way back from a panic."
      actions={
        <Act needs="incidents:write" onClick={() => setAdding(true)}>
          Open an incident
        </Act>
      }
    >
      <Asked query={query} lines={5}>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <Empty title="Nothing has gone wrong yet" command="castellan runbook edit">
              <p>Write down now whom to call: a panic shows it, here and in the terminal.</p>
            </Empty>
          ) : (
            <ul className={kit.rows}>
              {incidents.map((incident) => (
                <Row key={incident.id} incident={incident} />
              ))}
            </ul>
          )
        }
      </Asked>
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Open an incident">
        <OpenForm />
      </Sheet>
    </PageFrame>
  );
}

function Row({ incident }: { readonly incident: Incident }) {
  const { id, text, openedAt, openedBy, notes } = incident;
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          <Link to="/incidents/$id" params={{ id }}>
            {seenText(text)}
          </Link>
          <StandingTag incident={incident} />
        </p>
        <p className={kit.note}>
          opened by <Who who={openedBy} />, <When at={openedAt} />
          {notes.length === 0 ? '' : ` · ${notes.length} ${notes.length === 1 ? 'note' : 'notes'}`}
        </p>
      </div>
    </li>
  );
}

function OpenForm() {
  const [text, setText] = useState('');
  const open = useChange('openIncident');
  const navigate = useNavigate();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const incident = await open.run({ body: { text: text.trim() } });
    if (incident !== null) await navigate({ to: '/incidents/$id', params: { id: incident.id } });
  };
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)}>
      <p>It stops nothing. It gathers what happened around it from the ledger, and holds your notes.</p>
      <TextInput
        label="What happened"
        value={text}
        required
        maxLength={500}
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ErrorNote error={open.failure} />
      <div>
        <Act needs="incidents:write" submit variant="filled" pending={open.pending} disabled={text.trim() === ''}>
          Open it
        </Act>
      </div>
    </form>
  );
}
