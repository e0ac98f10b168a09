// The way back from a panic: the steps in their order, the next one open with what it needs. Only an admin takes one.
import type { Incident, RecoveryStep, RecoveryView, ScheduleId } from '@castellan/contract';
import { Checkbox } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, CircleDot } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useMay } from '../connection/use-ask.ts';
import { Act } from '../kit/act.tsx';
import { ErrorNote } from '../kit/error-note.tsx';
import kit from '../kit/rows.module.css';
import { seenText } from '../kit/text-pieces.ts';
import { countText } from '../kit/time-text.ts';
import { When } from '../kit/when.tsx';
import { Who } from '../kit/who.tsx';
import css from './incidents.module.css';
import { STEP_WORDS } from './model.ts';
import { useRecover, type Wish } from './use-recover.tsx';

export function WayBack({ view, incident }: { readonly view: RecoveryView; readonly incident: Incident }) {
  const { take, pending, failure, dialog } = useRecover(view.factorNeeded);
  const may = useMay('panic:end');
  const current = useRef<HTMLLIElement>(null);
  const was = useRef(view.next);
  // The button that had the focus is gone with its step: it goes on with the next one, also for a keyboard.
  useEffect(() => {
    if (was.current !== view.next) current.current?.focus();
    was.current = view.next;
  }, [view.next]);
  return (
    <div className={kit.wide}>
      <ol className={kit.rows}>
        {view.steps.map(({ step, done }) => {
          const isNext = step === view.next;
          const Icon = done ? CircleCheck : isNext ? CircleDot : CircleDashed;
          const taken = incident.recovered.findLast((each) => each.step === step);
          return (
            <li
              key={step}
              className={css.step}
              data-standing={done ? 'done' : isNext ? 'next' : 'later'}
              {...(isNext ? { ref: current, tabIndex: -1, 'aria-current': 'step' as const } : {})}
            >
              <Icon size={18} aria-hidden />
              <div className={kit.stack}>
                <p className={kit.name}>
                  {STEP_WORDS[step].title}
                  {done ? <span className="sr-only">: done</span> : null}
                </p>
                {done && taken !== undefined ? (
                  <p className={kit.note}>
                    {seenText(taken.text)} · <Who who={taken.by} />, <When at={taken.at} />
                  </p>
                ) : null}
                {isNext ? (
                  <>
                    <p>{STEP_WORDS[step].text}</p>
                    <Needs step={step} view={view} incident={incident} pending={pending} take={take} />
                    <ErrorNote error={failure} />
                  </>
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
      {may ? null : <p className="muted">Whoever is an admin here takes these steps.</p>}
      {dialog}
    </div>
  );
}

interface NeedsProps {
  readonly step: RecoveryStep;
  readonly view: RecoveryView;
  readonly incident: Incident;
  readonly pending: boolean;
  readonly take: (step: RecoveryStep, wish?: Wish) => Promise<void>;
}

function Needs(props: NeedsProps) {
  const { step, incident, take, pending } = props;
  const { affected } = incident;
  const go = (wish?: Wish): ReactNode => (
    <div>
      <Act needs="panic:end" variant="filled" pending={pending} onClick={() => void take(step, wish)}>
        {STEP_WORDS[step].yes}
      </Act>
    </div>
  );
  switch (step) {
    case 'secrets':
      return <Secrets {...props} go={go} />;
    case 'scripts':
      return <Scripts {...props} go={go} />;
    case 'people':
      return (
        <>
          <Names title="Signed out" names={affected.people} />
          <Names title="API tokens that ended" names={affected.tokens} />
          <p>
            <Link to="/settings" search={{ tab: 'people' }}>
              People
            </Link>
            {' · '}
            <Link to="/settings" search={{ tab: 'tokens' }}>
              API tokens
            </Link>
          </p>
          {go()}
        </>
      );
    case 'agents':
      return (
        <>
          <Names title="Cut off" names={affected.agents.map(({ name }) => name)} />
          <p>
            <Link to="/agents">Agents</Link>
          </p>
          {go()}
        </>
      );
    case 'rules':
      return (
        <>
          <p>
            <Link to="/rules">Rules</Link>
          </p>
          {go()}
        </>
      );
    case 'look':
    case 'close':
      return go();
  }
}

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  return (
    <p className={kit.note}>
      {title}: {names.length === 0 ? 'none' : names.map(seenText).join(', ')}
    </p>
  );
}

type Go = { readonly go: (wish?: Wish) => ReactNode };

const flipped = <Name extends string>(all: readonly Name[], one: Name): readonly Name[] =>
  all.includes(one) ? all.filter((each) => each !== one) : [...all, one];

function Secrets({ view: { secrets }, go }: NeedsProps & Go) {
  const [accepted, setAccepted] = useState<readonly string[]>([]);
  const may = useMay('panic:end');
  const open = secrets.filter(({ rotated }) => !rotated);
  return (
    <>
      {secrets.length === 0 ? <p className={kit.note}>None was given out.</p> : null}
      {secrets.length - open.length === 0 ? null : (
        <p className={kit.note}>{countText(secrets.length - open.length, 'secret')} rotated or removed since.</p>
      )}
      {open.length === 0 ? null : (
        <fieldset className={css.choices}>
          <legend>Tick what stays as it is, by your own judgement:</legend>
          {open.map(({ name, times, hosts }) => (
            <Checkbox
              key={name}
              label={<code>{name}</code>}
              description={`given out ${countText(times, 'time')}${hosts.length === 0 ? '' : `, towards ${hosts.map(seenText).join(', ')}`}`}
              disabled={!may}
              checked={accepted.includes(name)}
              onChange={() => setAccepted(flipped(accepted, name))}
            />
          ))}
        </fieldset>
      )}
      <p>
        <Link to="/secrets">Rotate them</Link>
      </p>
      {go({ accept: [...accepted] })}
    </>
  );
}

function Scripts({ incident: { affected }, view: { factorNeeded }, go }: NeedsProps & Go) {
  const [scripts, setScripts] = useState<readonly string[]>([]);
  const [schedules, setSchedules] = useState<readonly ScheduleId[]>([]);
  const may = useMay('panic:end');
  const none = affected.scripts.length + affected.schedules.length === 0;
  return (
    <>
      {none ? <p className={kit.note}>There were none.</p> : null}
      {affected.scripts.length === 0 ? null : (
        <fieldset className={css.choices}>
          <legend>Scripts</legend>
          {affected.scripts.map(({ script }) => (
            <Checkbox
              key={script}
              label={<code>{script}</code>}
              disabled={!may}
              checked={scripts.includes(script)}
              onChange={() => setScripts(flipped(scripts, script))}
            />
          ))}
        </fieldset>
      )}
      {affected.schedules.length === 0 ? null : (
        <fieldset className={css.choices}>
          <legend>Schedules</legend>
          {affected.schedules.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={seenText(name)}
              disabled={!may}
              checked={schedules.includes(id)}
              onChange={() => setSchedules(flipped(schedules, id))}
            />
          ))}
        </fieldset>
      )}
      {none || !factorNeeded ? null : <p className={kit.note}>Bringing one back takes your second factor.</p>}
      {go({ scripts: [...scripts], schedules: [...schedules] })}
    </>
  );
}
