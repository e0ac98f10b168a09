// One schedule: what it starts and when, the next times, what became of each time it was due.
import type { Occasion, Schedule, ScheduleView } from '@castellan/contract';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, CirclePause } from 'lucide-react';
import { useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import { JsonView } from '../../kit/json-view.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { capital } from '../../kit/words.ts';
import { By } from '../../scripts/by.tsx';
import { MISSED_WORDS, OVERLAP_WORDS, zonedText } from '../../scripts/schedule-model.ts';
import css from '../../scripts/scripts.module.css';
import { OccasionTag } from '../../scripts/state-tag.tsx';
import { Target } from '../../scripts/target.tsx';
import { ChangeForm } from './change-form.tsx';

export function Page() {
  const { id } = useParams({ from: '/shell/schedules/$id' });
  const query = useAsk(
    'schedule',
    { params: { id } },
    // What it started ends somewhere else: asked until the last one is over.
    { everyMs: 3000, until: ({ occasions }) => occasions.every(({ outcome }) => outcome !== 'running') },
  );
  const schedule = query.data?.schedule;
  return (
    <PageFrame
      title={schedule === undefined ? 'Schedule' : seenText(schedule.name)}
      lead={
        <span className={css.lead}>
          <Link to="/schedules" className={css.back}>
            <ArrowLeft size={16} aria-hidden /> All schedules
          </Link>
        </span>
      }
      actions={schedule === undefined ? undefined : <Acts schedule={schedule} />}
    >
      <Asked query={query} lines={8}>
        {(view) => <One view={view} />}
      </Asked>
    </PageFrame>
  );
}

function Acts({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, paused } = schedule;
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const change = useChange('changeSchedule');
  const start = useConfirm(useChange('runSchedule'));
  const remove = useConfirm(useChange('removeSchedule'));
  const params = { id };
  return (
    <>
      <Act
        needs="schedules:write"
        about={name}
        onClick={() =>
          remove.ask({
            title: `Remove ${seenText(name)}?`,
            body: <p>It starts nothing any more. What it did stays in the ledger.</p>,
            yes: 'Remove',
            danger: true,
            input: { params },
            done: () => void navigate({ to: '/schedules' }),
          })
        }
      >
        Remove
      </Act>
      <Act needs="schedules:write" about={name} onClick={() => setOpen(true)}>
        Change
      </Act>
      <Act
        needs="schedules:write"
        about={name}
        pending={change.pending}
        onClick={() => void change.run({ params, body: { paused: !paused } })}
      >
        {paused ? 'Go on' : 'Pause'}
      </Act>
      <Act
        needs="schedules:write"
        about={name}
        variant="filled"
        onClick={() =>
          start.ask({
            title: `Run ${seenText(name)} now?`,
            body: <p>It starts once, beside its own times, as if it were due this moment.</p>,
            yes: 'Run it now',
            input: { params },
          })
        }
      >
        Run now
      </Act>
      {start.dialog}
      {remove.dialog}
      <ErrorNote error={change.failure} />
      <Sheet opened={open} onClose={() => setOpen(false)} title={`Change ${seenText(name)}`}>
        {open ? <ChangeForm schedule={schedule} onDone={() => setOpen(false)} /> : null}
      </Sheet>
    </>
  );
}

function One({ view: { schedule, next, occasions } }: { readonly view: ScheduleView }) {
  const { words, cron, timeZone, target, overlap, missed, times, started, paused, why, createdBy, createdAt } =
    schedule;
  return (
    <>
      {paused ? (
        <p className={css.marks}>
          <Tag tone="warn" icon={CirclePause}>
            paused
          </Tag>
          <span className="muted">It starts nothing until it goes on.</span>
        </p>
      ) : null}
      {why === null ? null : (
        <Note kind="warn">
          <p>
            <Prose text={why} />
          </p>
        </Note>
      )}
      <Section title="When">
        <div className={kit.wide}>
          <p>
            <strong>{capital(words)}</strong> <code>{cron}</code>, {timeZone}
          </p>
          {next.length === 0 ? (
            <p className="muted">Nothing is due.</p>
          ) : (
            <ol className={kit.stack} aria-label="Next times">
              {next.map((at) => (
                <li key={at} className="numbers">
                  {zonedText(at, timeZone)}{' '}
                  <span className="muted">
                    <When at={at} />
                  </span>
                </li>
              ))}
            </ol>
          )}
        </div>
      </Section>
      <Section title="What it starts">
        <div className={kit.wide}>
          <p>
            {'Starts '}
            <Target target={target} />
            {target.kind === 'script' && target.args.length > 0 ? ', with' : ''}
          </p>
          {target.kind === 'agent' ? (
            <>
              <Verbatim text={seenText(target.prompt)} label="What it is told" />
              <Facts
                facts={[
                  ['Project', <code key="workspace">{seenText(target.workspace)}</code>],
                  ['Longest', `${target.minutes} min`],
                ]}
              />
            </>
          ) : target.args.length === 0 ? null : (
            <JsonView value={[...target.args]} />
          )}
          <Facts
            facts={[
              ['While the last one runs', OVERLAP_WORDS[overlap]],
              ['While Castellan was off', MISSED_WORDS[missed]],
              ['Started', times === null ? `${started} times` : `${started} of ${times} times`],
              [
                'Made',
                <span key="made">
                  by <By who={createdBy} />, <When at={createdAt} />
                </span>,
              ],
            ]}
          />
        </div>
      </Section>
      <Section title="History">
        {occasions.length === 0 ? (
          <p className="muted">It has not been due yet.</p>
        ) : (
          <ul className={kit.rows} aria-label="History">
            {occasions.map((occasion) => (
              <Past key={`${occasion.dueAt} ${occasion.by ?? ''}`} occasion={occasion} timeZone={timeZone} />
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}

function Past({ occasion, timeZone }: { readonly occasion: Occasion; readonly timeZone: string }) {
  const { dueAt, outcome, text, run, by } = occasion;
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          {run === undefined ? (
            zonedText(dueAt, timeZone)
          ) : (
            <Link to="/runs/$id" params={{ id: run }}>
              {zonedText(dueAt, timeZone)}
            </Link>
          )}
          <OccasionTag outcome={outcome} />
        </p>
        {text === '' ? null : (
          <p>
            <Prose text={text} />
          </p>
        )}
        <p className={kit.note}>
          <When at={dueAt} />
          {by === undefined ? null : (
            <>
              {' '}
              · started by <By who={by} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}
