// Schedules: what is started by itself, when it is due next, and what stands in its way.
import type { Schedule } from '@castellan/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { CirclePause } from 'lucide-react';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { capital } from '../../kit/words.ts';
import { schedulesInOrder, zonedText } from '../../scripts/schedule-model.ts';
import { OccasionTag } from '../../scripts/state-tag.tsx';
import { Target } from '../../scripts/target.tsx';
import { AddForm } from './add-form.tsx';

export function Page() {
  const query = useAsk('schedules');
  const { script } = useSearch({ from: '/shell/schedules' });
  const [adding, setAdding] = useState(script !== undefined);
  return (
    <PageFrame
      title="Schedules"
      lead="Approved scripts and tasks of agents that begin by themselves. The same gate stands before what they do, and what asks waits for you."
      actions={
        <Act needs="schedules:write" variant="filled" onClick={() => setAdding(true)}>
          Add a schedule
        </Act>
      }
    >
      <Asked query={query} lines={5}>
        {({ schedules }) => <List schedules={schedulesInOrder(schedules)} />}
      </Asked>
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Add a schedule">
        {adding ? <AddForm script={script ?? ''} /> : null}
      </Sheet>
    </PageFrame>
  );
}

function List({ schedules }: { readonly schedules: readonly Schedule[] }) {
  if (schedules.length === 0)
    return (
      <Empty title="Nothing begins by itself" command="castellan schedule add">
        <p>A schedule starts an approved script, or gives an agent a task, at times you choose.</p>
      </Empty>
    );
  return (
    <ul className={kit.rows} aria-label="Schedules">
      {schedules.map((schedule) => (
        <One key={schedule.id} schedule={schedule} />
      ))}
    </ul>
  );
}

function One({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, words, timeZone, nextAt, paused, why, last, target } = schedule;
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          <Link to="/schedules/$id" params={{ id }}>
            {seenText(name)}
          </Link>
          {paused ? (
            <Tag tone="warn" icon={CirclePause}>
              paused
            </Tag>
          ) : null}
          {why === null ? null : <Tag tone="warn">cannot start</Tag>}
          {last === null ? null : <OccasionTag outcome={last.outcome} />}
        </p>
        <p>
          {capital(words)}: <Target target={target} />
        </p>
        {why === null ? null : (
          <p>
            <Prose text={why} />
          </p>
        )}
        <p className={kit.note}>
          {nextAt === null ? (
            'Nothing is due'
          ) : (
            <>
              Next <When at={nextAt} />: {zonedText(nextAt, timeZone)}
            </>
          )}
          {last === null ? (
            ' · never started'
          ) : (
            <>
              {' '}
              · last due <When at={last.dueAt} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}
