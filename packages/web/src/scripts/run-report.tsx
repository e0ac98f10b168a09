// One run whole: what came of it, what it asked of the world, what it said, what it used. RULE: every text of a script is text.
import type { ScriptLimits, ScriptRun } from '@castellan/contract';
import { ForeignText } from '../kit/foreign-text.tsx';
import { JsonView } from '../kit/json-view.tsx';
import { Note } from '../kit/note.tsx';
import { Prose } from '../kit/prose.tsx';
import kit from '../kit/rows.module.css';
import { seenText } from '../kit/text-pieces.ts';
import { HostCalls } from './host-calls.tsx';
import { runUses } from './model.ts';
import css from './scripts.module.css';
import { Uses } from './uses.tsx';

export function RunReport({
  run,
  limits,
  heading: Heading = 'h3',
}: {
  readonly run: ScriptRun;
  readonly limits: ScriptLimits | null;
  /** One step below what it stands under. */
  readonly heading?: 'h2' | 'h3';
}) {
  const { error, result, output, calls, used } = run;
  return (
    <div className={kit.wide}>
      {error === null ? null : (
        <Note kind="bad" title={<Prose text={error.message} />}>
          {error.hint === undefined ? null : (
            <p>
              <Prose text={error.hint} />
            </p>
          )}
          <p className={kit.note}>
            <code>{error.code}</code>
          </p>
          {error.traceback.length === 0 ? null : (
            <pre className={css.trace}>{seenText(error.traceback.join('\n'))}</pre>
          )}
        </Note>
      )}
      {result === undefined ? null : (
        <section className={kit.stack} aria-label="Result">
          <Heading>Result</Heading>
          <JsonView value={result} />
        </section>
      )}
      <section className={kit.stack}>
        <Heading>Host calls</Heading>
        <HostCalls calls={calls} running={run.outcome === 'running'} />
      </section>
      {output.length === 0 ? null : (
        <section className={kit.stack}>
          <Heading>Output</Heading>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard */}
          <section className={css.output} tabIndex={0} aria-label="Output">
            {output.map(({ level, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of an output never move, and two may be alike
              <div key={index} data-level={level}>
                <span>{level === 'print' ? '' : level}</span>
                <ForeignText text={text} />
              </div>
            ))}
          </section>
        </section>
      )}
      {used === null || limits === null ? null : (
        <section className={kit.stack}>
          <Heading>Used</Heading>
          <Uses uses={runUses(used, limits)} />
          <p className={kit.note}>Held by: {seenText(run.isolation)}</p>
        </section>
      )}
    </div>
  );
}
