// Alarms stand above everything that waits: the boundary itself may not hold.
import type { Alarm } from '@castellan/contract';
import { Siren } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '../../connection/use-live.ts';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import css from './alarms.module.css';

const SHOWN = 2;

const One = ({ alarm }: { readonly alarm: Alarm }) => (
  <li className={css.alarm}>
    <Siren size={17} aria-hidden />
    <div>
      <p className={css.text}>{alarm.text}</p>
      <p>
        {alarm.hint}{' '}
        <span className={css.since}>
          Since <When at={alarm.since} />.
        </span>
      </p>
    </div>
  </li>
);

export function Alarms() {
  const alarms = useLive(({ alarms }) => alarms);
  const [open, setOpen] = useState(false);
  if (alarms.length === 0) return null;
  const shown = open ? alarms : alarms.slice(0, SHOWN);
  return (
    <section className={css.alarms} aria-label="Alarms">
      <ul>
        {shown.map((alarm) => (
          <One key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {shown.length === alarms.length ? null : (
        <button type="button" onClick={() => setOpen(true)}>
          Show {countText(alarms.length - shown.length, 'more alarm')}
        </button>
      )}
    </section>
  );
}
