// One run, live while it goes on: what it said, what it asked of the world, what it used of what it may; and its end.
import type { ScriptLimits, ScriptRun } from '@castellan/contract';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Facts } from '../../kit/facts.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { countText, exactText } from '../../kit/time-text.ts';
import { lasting } from '../../kit/words.ts';
import { By } from '../../scripts/by.tsx';
import { momentText, RUN_KINDS, versionPlace } from '../../scripts/model.ts';
import { RunReport } from '../../scripts/run-report.tsx';
import css from '../../scripts/scripts.module.css';
import { OutcomeTag } from '../../scripts/state-tag.tsx';

const EVERY_MS = 1000;

export function Page() {
  const { id } = useParams({ from: '/shell/runs/$id' });
  const query = useAsk(
    'scriptRun',
    { params: { id } },
    { everyMs: EVERY_MS, until: ({ outcome }) => outcome !== 'running' },
  );
  const run = query.data;
  const cancel = useChange('cancelRun');
  return (
    <PageFrame
      title={run === undefined ? 'Run' : `${run.kind === 'test' ? 'Test run' : 'Run'} of ${run.script ?? 'a source'}`}
      lead={<Back run={run} />}
      actions={
        run?.outcome === 'running' ? (
          <Act needs="scripts:run" pending={cancel.pending} onClick={() => void cancel.run({ params: { id } })}>
            Cancel the run
          </Act>
        ) : undefined
      }
    >
      <ErrorNote error={cancel.failure} />
      <Asked query={query} lines={8}>
        {(run) => <One run={run} />}
      </Asked>
    </PageFrame>
  );
}

function Back({ run }: { readonly run: ScriptRun | undefined }) {
  const name = run?.script ?? null;
  return (
    <span className={css.lead}>
      {name === null ? (
        <Link to="/scripts" className={css.back}>
          <ArrowLeft size={16} aria-hidden /> All scripts
        </Link>
      ) : (
        <Link to="/scripts/$name" params={{ name }} className={css.back}>
          <ArrowLeft size={16} aria-hidden /> {name}
        </Link>
      )}
    </span>
  );
}

function One({ run }: { readonly run: ScriptRun }) {
  const { script, digest, kind, outcome, by, startedAt, endedAt, schedule } = run;
  const view = useAsk('script', { params: { name: script ?? '' } }, { enabled: script !== null }).data;
  const version = view?.versions.find((each) => each.digest === digest);
  const limits = version?.capabilities.limits ?? null;
  return (
    <div className={kit.wide}>
      <p className={kit.actions} role="status">
        <OutcomeTag outcome={outcome} />
        {endedAt === null ? <Running since={startedAt} calls={reachingOut(run.calls)} limits={limits} /> : null}
      </p>
      <Facts
        facts={[
          [
            'Version',
            script === null || version === undefined ? (
              'none: nobody proposed it'
            ) : (
              <Link key="version" to="/scripts/$name/versions/$digest" params={versionPlace(script, digest)}>
                {version.number}
              </Link>
            ),
          ],
          ['Kind', RUN_KINDS[kind]],
          ['Begun', exactText(startedAt)],
          endedAt === null ? null : ['Took', momentText(endedAt - startedAt)],
          [
            'By',
            schedule === undefined ? (
              <By key="by" who={by} />
            ) : (
              <Link key="by" to="/schedules/$id" params={{ id: schedule }}>
                a schedule
              </Link>
            ),
          ],
        ]}
      />
      <RunReport run={run} limits={limits} heading="h2" />
    </div>
  );
}

/** A question about a secret's name reaches nothing, and is not counted. */
const reachingOut = (calls: ScriptRun['calls']): number => calls.filter(({ kind }) => kind !== 'secret').length;

function Running({
  since,
  calls,
  limits,
}: {
  readonly since: number;
  readonly calls: number;
  readonly limits: ScriptLimits | null;
}) {
  const now = useNow();
  return (
    <span className="muted numbers">
      for {lasting(Math.max(0, now - since))}
      {limits === null
        ? ''
        : `, at most ${limits.seconds} s without waiting for you · ${calls} of ${countText(limits.calls, 'host call')}`}
    </span>
  );
}
