// Undo of a call or a whole task: what it would change first, path by path and line by line; conflicts named and left alone; what is
// chosen is done, as it was seen or not at all.
import type { UndoPlan, UndoResult, UndoStep, UndoTarget } from '@castellan/contract';
import { Checkbox } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useApi } from '../connection/context.tsx';
import { ask, useChange } from '../connection/use-ask.ts';
import { Act } from '../kit/act.tsx';
import { DiffView } from '../kit/diff-view.tsx';
import { ErrorNote } from '../kit/error-note.tsx';
import { Note } from '../kit/note.tsx';
import kit from '../kit/rows.module.css';
import { ShowMore } from '../kit/show-more.tsx';
import { Skeleton } from '../kit/skeleton.tsx';
import { seenText } from '../kit/text-pieces.ts';
import { countText } from '../kit/time-text.ts';
import { planWords, readyPaths, seenAsIs, stepWords, toggled } from './model.ts';
import css from './undo.module.css';

/** The most paths that a plan can be asked for by name. */
const MOST_NAMED = 1000;
const SHOWN = 30;

export function Undo({ of }: { readonly of: UndoTarget }) {
  const api = useApi();
  const [plan, setPlan] = useState<UndoPlan | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [moved, setMoved] = useState(false);
  const [result, setResult] = useState<UndoResult | null>(null);
  const look = useCallback(async (): Promise<void> => {
    setFailure(null);
    try {
      setPlan(await ask(api, 'undoPlan', { body: { of, only: [] } }));
    } catch (error) {
      setFailure(error);
    }
  }, [api, of]);
  useEffect(() => void look(), [look]);
  if (result !== null) return <Done result={result} />;
  if (plan === null) return failure === null ? <Skeleton lines={6} /> : <ErrorNote error={failure} />;
  return (
    <div className={kit.wide}>
      {moved ? (
        <Note kind="warn" title="Files changed while you looked">
          <p>Nothing was undone. This is how it stands now.</p>
        </Note>
      ) : null}
      <ErrorNote error={failure} />
      <Choose
        key={plan.digest}
        plan={plan}
        onMoved={() => {
          setMoved(true);
          void look();
        }}
        onDone={setResult}
      />
    </div>
  );
}

function Choose({
  plan,
  onMoved,
  onDone,
}: {
  readonly plan: UndoPlan;
  readonly onMoved: () => void;
  readonly onDone: (result: UndoResult) => void;
}) {
  const api = useApi();
  const all = readyPaths(plan);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(all));
  const [open, setOpen] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [looking, setLooking] = useState(false);
  const undo = useChange('undo');
  const whole = chosen.size === all.length;
  const shown = open ? plan.steps : plan.steps.slice(0, SHOWN);
  const run = async (): Promise<void> => {
    setFailure(null);
    setLooking(true);
    const { of } = plan;
    const only = whole ? [] : [...chosen];
    try {
      // The digest of exactly what is chosen, and a look at whether it still is what was shown.
      const now = await ask(api, 'undoPlan', { body: { of, only } });
      if (!seenAsIs(plan, now, chosen)) return onMoved();
      const result = await undo.run({
        body: { of, only, digest: now.digest, skipConflicts: now.conflicts + now.lost > 0 },
      });
      if (result !== null) onDone(result);
    } catch (error) {
      setFailure(error);
    } finally {
      setLooking(false);
    }
  };
  return (
    <>
      <p role="status">{planWords(plan)}.</p>
      {plan.conflicts === 0 ? null : (
        <Note kind="warn" title={`${countText(plan.conflicts, 'conflict')}: these are left alone`}>
          <p>They changed after the call, or something stands in their place. Each says what.</p>
        </Note>
      )}
      {plan.beyond.length === 0 ? null : (
        <Note kind="warn" title="What no undo reaches">
          <ul className={kit.stack}>
            {plan.beyond.map((line) => (
              <li key={line}>{seenText(line)}</li>
            ))}
          </ul>
        </Note>
      )}
      <ul className={css.steps} aria-label="What would change">
        {shown.map((step) => (
          <Step
            key={step.path}
            step={step}
            chosen={chosen.has(step.path)}
            onToggle={() => setChosen(toggled(all, chosen, step.path))}
          />
        ))}
      </ul>
      {shown.length === plan.steps.length ? null : (
        <ShowMore onShow={() => setOpen(true)}>Show {plan.steps.length - shown.length} more</ShowMore>
      )}
      {whole || chosen.size <= MOST_NAMED ? null : (
        <p className="muted">At most {MOST_NAMED} paths can be chosen one by one.</p>
      )}
      <ErrorNote error={failure ?? undo.failure} />
      <div className={css.bar}>
        <Act
          needs="undo:run"
          variant="filled"
          pending={looking || undo.pending}
          disabled={chosen.size === 0 || (!whole && chosen.size > MOST_NAMED)}
          onClick={() => void run()}
        >
          {chosen.size === 0 ? 'Nothing is chosen' : `Undo ${countText(chosen.size, 'path')}`}
        </Act>
      </div>
    </>
  );
}

function Step({
  step,
  chosen,
  onToggle,
}: {
  readonly step: UndoStep;
  readonly chosen: boolean;
  readonly onToggle: () => void;
}) {
  const words = stepWords(step);
  return (
    <li className={css.step} data-state={step.state}>
      {step.state === 'ready' ? (
        <Checkbox label={<code>{seenText(step.path)}</code>} description={words} checked={chosen} onChange={onToggle} />
      ) : (
        <div>
          <p>
            <code>{seenText(step.path)}</code>
          </p>
          <p className={css.words}>{seenText(words)}</p>
        </div>
      )}
      {step.change === undefined ? null : <DiffView change={step.change} rest="they are put back all the same" />}
    </li>
  );
}

function Done({ result }: { readonly result: UndoResult }) {
  const { done, failed, skipped, call } = result;
  return (
    <div className={kit.wide}>
      <Note
        kind={failed.length > 0 ? 'bad' : 'good'}
        title={`${countText(done, 'path')} put back${skipped === 0 ? '' : `, ${skipped} left alone`}`}
      >
        {failed.length === 0 ? null : (
          <ul className={kit.stack}>
            {failed.map(({ path, why }) => (
              <li key={path}>
                <code>{seenText(path)}</code>: {seenText(why)}
              </li>
            ))}
          </ul>
        )}
      </Note>
      <p>
        The undo is a call itself, and can be undone:{' '}
        <Link to="/activity" search={{ call }}>
          look at it
        </Link>
      </p>
    </div>
  );
}
