// Alarms stand above everything that waits: the boundary itself may not hold. One is shown whole, more open in place.
import { type Alarm, type AlarmKind, endsBySeeing } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../connection/use-ask.ts';
import { useLive } from '../../connection/use-live.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Prose } from '../../kit/prose.tsx';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import css from './alarms.module.css';

const SHOWN = 1;

interface Place {
  readonly to:
    | '/work'
    | '/agents'
    | '/scripts'
    | '/secrets'
    | '/rules'
    | '/modules'
    | '/settings'
    | '/checks'
    | '/incidents';
  readonly text: string;
}
/** Where something can be done about it here; a hint that names a command is for whoever has no page. */
const PLACES: Readonly<Partial<Record<AlarmKind, Place>>> = {
  panic: { to: '/incidents', text: 'Look at what happened, and walk back' },
  'agent-paused': { to: '/work', text: 'Look at the task, and let it go on' },
  'agent-stopped': { to: '/work', text: 'Look at the task, and let it go on' },
  'hooks-missing': { to: '/agents', text: 'Look at the agent' },
  'hooks-disabled': { to: '/agents', text: 'Look at the agent' },
  'hooks-bypassed': { to: '/agents', text: 'Look at the agent' },
  canary: { to: '/agents', text: 'Look at the agent, which is frozen' },
  'vault-locked': { to: '/secrets', text: 'Open the vault' },
  'secret-due': { to: '/secrets', text: 'Look at the secret' },
  'policy-rejected': { to: '/rules', text: 'Look at the rules' },
  'module-changed': { to: '/modules', text: 'Look at the server' },
  'module-failed': { to: '/modules', text: 'Look at the server' },
  'script-modified': { to: '/scripts', text: 'Look at the script, which does not run' },
  'channel-failed': { to: '/settings', text: 'Look at how you are reached' },
  'sign-in-attack': { to: '/checks', text: 'Look at the checks' },
};

/** Ends one that does not end by itself: the person has looked, and says so. */
function Seen({ alarm }: { readonly alarm: Alarm }) {
  const see = useChange('seeAlarm');
  return (
    <>
      <Act
        needs="alarms:end"
        variant="default"
        size="xs"
        about={alarm.text}
        pending={see.pending}
        onClick={() => void see.run({ params: { id: alarm.id } })}
      >
        I have seen it
      </Act>
      <ErrorNote error={see.failure} />
    </>
  );
}

function One({ alarm }: { readonly alarm: Alarm }) {
  const place = PLACES[alarm.kind];
  const forTerminals = place !== undefined && alarm.hint.includes('`castellan ');
  return (
    <li className={css.alarm}>
      <Siren size={17} aria-hidden />
      <div>
        <p className={css.text}>
          <Prose text={alarm.text} />
        </p>
        {forTerminals || alarm.hint === '' ? null : (
          <p>
            <Prose text={alarm.hint} />
          </p>
        )}
        <p className={css.since}>
          {place === undefined ? null : (
            <>
              <Link to={place.to}>{place.text}</Link>
              {' · '}
            </>
          )}
          <When at={alarm.since} />
        </p>
        {endsBySeeing(alarm) ? <Seen alarm={alarm} /> : null}
      </div>
    </li>
  );
}

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
      {alarms.length <= SHOWN ? null : (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show one' : `Show ${countText(alarms.length - SHOWN, 'more alarm')}`}
        </button>
      )}
    </section>
  );
}
