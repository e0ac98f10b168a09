// The preset, in plain words and with what the daemon really would do of every day's calls under each.
import type { Outcome, Preset } from '@castellan/contract';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import type { Failure } from '../../connection/failure.ts';
import { ask, useAsk, useMay } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { PRESETS } from '../modules/model.ts';
import css from './setup.module.css';
import { EXAMPLE_FOLDER, EXAMPLES } from './steps.ts';

/** The verdict as somebody meets it who has never seen the four words. */
const HAPPENS: Readonly<Record<Outcome, string>> = {
  allow: 'runs',
  ask: 'asks in its terminal',
  confirm: 'waits for you',
  deny: 'is refused',
};

/** What each example call gets under each preset; empty until all are answered, or where the daemon cannot say. */
function useExamples() {
  const api = useApi();
  const may = useMay('policy:write');
  const wanted = EXAMPLES.flatMap((example) => PRESETS.map(({ preset }) => ({ example, preset })));
  const answers = useQueries({
    queries: wanted.map(({ example: { tool, input }, preset }) => ({
      queryKey: ['try', tool, input, preset],
      queryFn: () => ask(api, 'try', { body: { tool, input, cwd: EXAMPLE_FOLDER, preset, attended: true } }),
      enabled: may,
    })),
  });
  return new Map(
    wanted.flatMap(({ example, preset }, index) => {
      const outcome = answers[index]?.data?.verdict.outcome;
      return outcome === undefined ? [] : [[`${example.text} ${preset}`, outcome] as const];
    }),
  );
}

function Examples({ chosen }: { readonly chosen: Preset }) {
  const outcomes = useExamples();
  if (outcomes.size < EXAMPLES.length * PRESETS.length) return null;
  return (
    <table className={css.examples}>
      <caption className="sr-only">What would happen to calls of every day under each preset</caption>
      <thead>
        <tr>
          <th scope="col">An agent wants to</th>
          {PRESETS.map(({ preset, title }) => (
            <th key={preset} scope="col" data-chosen={preset === chosen || undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {EXAMPLES.map(({ text }) => (
          <tr key={text}>
            <th scope="row">{text}</th>
            {PRESETS.map(({ preset }) => {
              const outcome = outcomes.get(`${text} ${preset}`);
              return (
                <td key={preset} data-chosen={preset === chosen || undefined}>
                  {outcome === undefined ? null : <OutcomeMark outcome={outcome} words={HAPPENS[outcome]} />}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Choice({ inForce, next }: { readonly inForce: Preset; readonly next: ReactNode }) {
  const api = useApi();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<Failure | null>(null);
  // What was pressed shows at once; where the daemon refuses it, what is in force shows again, with the reason.
  const [wanted, setWanted] = useState<Preset | null>(null);
  const chosen = wanted ?? inForce;
  // INVARIANT: what was pressed last is what stays. Sent side by side an earlier choice could arrive after a later one; and
  // a later one waits for the answer alone, not for all that is shown to be asked again.
  const latest = useRef<Preset | null>(null);
  const before = useRef(Promise.resolve());
  const answered = async (preset: Preset, refused: Failure | null): Promise<void> => {
    if (latest.current !== preset) return;
    setFailure(refused);
    await queries.invalidateQueries();
    if (latest.current === preset) setWanted(null);
  };
  const choose = (preset: Preset): void => {
    latest.current = preset;
    setWanted(preset);
    before.current = before.current.then(async () => {
      if (latest.current !== preset) return;
      const refused = await ask(api, 'changePolicy', { body: { change: 'preset', preset } }).then(
        () => null,
        (failure: Failure) => failure,
      );
      void answered(preset, refused);
    });
  };
  return (
    <>
      <fieldset className={css.choices}>
        <legend className="sr-only">Preset</legend>
        {PRESETS.map(({ preset, title, means }) => (
          <label key={preset} className={css.choice}>
            <input type="radio" name="preset" checked={preset === chosen} onChange={() => choose(preset)} />
            <span>
              <strong>{title}</strong>
              {preset === 'autonomous' ? <span className="muted"> · a good start</span> : null}
              <p>{means}</p>
            </span>
          </label>
        ))}
      </fieldset>
      <ErrorNote error={failure} />
      <Examples chosen={chosen} />
      <p className={css.text}>
        These are this daemon's own answers, for an agent that somebody sits at. Where one works alone, what would ask
        in its terminal waits for you. Critical and Strict rules hold under every preset; single modules and tools can
        be set later.
      </p>
      <div className={css.answers}>{next}</div>
    </>
  );
}

export function PresetStep({ next }: { readonly next: ReactNode }) {
  const policy = useAsk('policy');
  return <Asked query={policy}>{({ preset }) => <Choice inForce={preset} next={next} />}</Asked>;
}
