// The panic, before it is declared: what it will do, what it cannot, and one button. It only ever closes: the way back is on the
// page of the incident. `P P` opens it from wherever nothing is typed; it never declares one by a key alone.
import { Checkbox, TextInput } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../approval/use-keys.ts';
import { now } from '../clock.ts';
import { useChange, useMay } from '../connection/use-ask.ts';
import { usePanic } from '../connection/use-panic.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Note } from '../kit/note.tsx';
import css from './panic.module.css';
import { PANIC_EVENT, pressPanic } from './panic-event.ts';

/** Two presses that are further apart were not meant as one. */
const TWICE_MS = 1000;

const DOES: readonly string[] = [
  'What agents ask for is refused, and so is what waits in the inbox.',
  'Connections of agents end, and their credentials with them: each is connected anew.',
  'Everybody else is signed out, and every API token ends. You stay.',
  'Scripts that run are ended, all are disabled, and schedules are paused.',
];

export function PanicDialog() {
  const [opened, setOpened] = useState(false);
  const [note, setNote] = useState('');
  const [kill, setKill] = useState(false);
  const may = useMay('panic:declare');
  const stands = usePanic() !== null;
  const panic = useChange('panic');
  const navigate = useNavigate();
  const pressed = useRef(Number.NEGATIVE_INFINITY);
  const { reset } = panic;
  useEffect(() => {
    const open = (): void => {
      reset();
      setOpened(true);
    };
    addEventListener(PANIC_EVENT, open);
    return () => removeEventListener(PANIC_EVENT, open);
  }, [reset]);
  useKeys({
    p: () => {
      const at = now();
      if (may && at - pressed.current < TWICE_MS) pressPanic();
      pressed.current = at;
    },
  });
  const declare = async (): Promise<void> => {
    const said = note.trim();
    const answer = await panic.run({ body: { kill, ...(said === '' ? {} : { note: said }) } });
    if (answer === null) return;
    setOpened(false);
    setNote('');
    setKill(false);
    await navigate({ to: '/incidents/$id', params: { id: answer.incident.id } });
  };
  if (!may) return null;
  return (
    <ConfirmDialog
      opened={opened}
      title="Panic: stop everything?"
      confirm="Stop everything"
      danger
      pending={panic.pending}
      failure={panic.failure}
      onConfirm={() => void declare()}
      onClose={() => setOpened(false)}
    >
      {stands ? (
        <Note kind="warn" title="A panic is in force already">
          <p>Declared again, it stops what came back since, and the way back begins anew.</p>
        </Note>
      ) : null}
      <ul className={css.does}>
        {DOES.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>
        Nothing runs again until an admin has walked back, step by step. To hold the agents alone, press Freeze instead.
      </p>
      <TextInput
        label="What is wrong, for the report"
        placeholder="It reads my mail"
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Checkbox
        label="Also end the programs of agents that Castellan did not start"
        checked={kill}
        onChange={(event) => setKill(event.currentTarget.checked)}
      />
    </ConfirmDialog>
  );
}
