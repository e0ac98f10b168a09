// How long a question waits for a person, and what happens then.
import type { PolicyView } from '@castellan/contract';
import { Checkbox, TextInput } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts } from '../../kit/facts.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { lasting } from '../../kit/words.ts';

type Times = PolicyView['approvals'];

export function ApprovalTimes() {
  const may = useMay('policy:write');
  return (
    <Asked query={useAsk('policy')}>
      {({ approvals }) => (may ? <Form times={approvals} /> : <Told times={approvals} />)}
    </Asked>
  );
}

const words = (seconds: number): string => lasting(seconds * 1000);

function Told({ times }: { readonly times: Times }) {
  return (
    <Facts
      facts={[
        ['A question waits', times.wait ? `up to ${words(times.waitSeconds)}` : words(times.timeoutSeconds)],
        ['Silence', 'is deny'],
        times.wait ? ['Reminders', `every ${words(times.remindSeconds)}`] : null,
      ]}
    />
  );
}

function Form({ times }: { readonly times: Times }) {
  const [timeout, setTimeout] = useState(String(times.timeoutSeconds));
  const [wait, setWait] = useState(times.wait);
  const [waitFor, setWaitFor] = useState(String(times.waitSeconds));
  const [remind, setRemind] = useState(String(times.remindSeconds));
  const [saved, setSaved] = useState(false);
  const change = useChange('changePolicy');
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaved(false);
    const done = await change.run({
      body: {
        change: 'approvals',
        timeoutSeconds: Number(timeout),
        wait,
        waitSeconds: Number(waitFor),
        remindSeconds: Number(remind),
      },
    });
    setSaved(done !== null);
  };
  const number = (label: string, description: string, value: string, set: (value: string) => void) => (
    <TextInput
      label={label}
      description={description}
      value={value}
      required
      inputMode="numeric"
      pattern="[0-9]{1,5}"
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)}>
      {wait ? null : number('Seconds to answer', 'Then the call is refused: silence is deny.', timeout, setTimeout)}
      <Checkbox
        label="Wait and remind instead"
        description="For when you are often away: the agent stands still until you answer, at most as long as its own patience lasts; then the call is refused"
        checked={wait}
        onChange={(event) => setWait(event.currentTarget.checked)}
      />
      {wait ? (
        <>
          {number('Wait at most, in seconds', "Never longer than the agent's own patience.", waitFor, setWaitFor)}
          {number('Remind every, in seconds', 'Through every channel that tells of reminders.', remind, setRemind)}
        </>
      ) : null}
      <ErrorNote error={change.failure} />
      {saved ? <Note kind="good" title="It holds from the next question on" /> : null}
      <div>
        <Act needs="policy:write" submit variant="filled" pending={change.pending}>
          Save
        </Act>
      </div>
    </form>
  );
}
