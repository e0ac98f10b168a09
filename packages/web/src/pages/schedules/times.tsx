// When: a cron expression and its time zone, with what they mean in words and the next times, before anything is kept.
import { TextInput } from '@mantine/core';
import { useDeferredValue, useId } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { capital } from '../../kit/words.ts';
import { CRONS, type TypedSchedule, zonedText } from '../../scripts/schedule-model.ts';
import scripts from '../../scripts/scripts.module.css';

const ZONES = Intl.supportedValuesOf('timeZone');
const ALL_ZONES = ZONES.includes('UTC') ? ZONES : ['UTC', ...ZONES];

export function Times({
  typed,
  set,
}: {
  readonly typed: Pick<TypedSchedule, 'cron' | 'timeZone'>;
  readonly set: (part: Partial<TypedSchedule>) => void;
}) {
  const { cron, timeZone } = typed;
  const zones = useId();
  return (
    <>
      <Choice
        label="When"
        value={CRONS.some(({ value }) => value === cron) ? cron : ''}
        options={[...CRONS, { value: '', label: 'as written below' }]}
        onChange={(value) => (value === '' ? undefined : set({ cron: value }))}
      />
      <TextInput
        label="As cron"
        description="Minute, hour, day of the month, month, day of the week"
        className={scripts.code ?? ''}
        spellCheck={false}
        value={cron}
        maxLength={100}
        onChange={(event) => set({ cron: event.currentTarget.value })}
      />
      <TextInput
        label="Time zone"
        list={zones}
        spellCheck={false}
        value={timeZone}
        maxLength={64}
        onChange={(event) => set({ timeZone: event.currentTarget.value })}
      />
      <datalist id={zones}>
        {ALL_ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Preview cron={cron} timeZone={timeZone} />
    </>
  );
}

function Preview({ cron, timeZone }: { readonly cron: string; readonly timeZone: string }) {
  const [expression, zone] = [useDeferredValue(cron.trim()), useDeferredValue(timeZone.trim())];
  const asked = expression !== '' && zone !== '';
  const query = useAsk('previewSchedule', { body: { cron: expression, timeZone: zone } }, { enabled: asked });
  if (!asked) return null;
  if (query.error !== null) return <ErrorNote error={query.error} />;
  if (query.data === undefined) return <p className="muted">…</p>;
  const { words, next } = query.data;
  return (
    <div className={kit.stack} role="status">
      <p>
        <strong>{capital(words)}</strong>
      </p>
      <ol className={kit.note} aria-label="Next times">
        {next.slice(0, 5).map((at) => (
          <li key={at} className="numbers">
            {zonedText(at, zone)}
          </li>
        ))}
      </ol>
    </div>
  );
}
