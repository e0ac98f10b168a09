// How tiring the asking is: three measures, the prompts of each hour, and what would lessen them at equal risk.
import type { Fatigue } from '@castellan/contract';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import css from './activity.module.css';
import { type Bar, bars, barsInWords, measures } from './fatigue-model.ts';
import { SuggestionDialog } from './suggestion-dialog.tsx';

export function FatigueMeter() {
  const query = useAsk('fatigue', undefined, { everyMs: 60_000 });
  return (
    <section aria-label="How much is asked of you" className={css.meter}>
      <Asked query={query} lines={2}>
        {(fatigue) => <Meter fatigue={fatigue} />}
      </Asked>
    </section>
  );
}

function Meter({ fatigue }: { readonly fatigue: Fatigue }) {
  const [chosen, setChosen] = useState<Fatigue['suggestions'][number] | null>(null);
  return (
    <>
      <div className={css.measures}>
        {measures(fatigue).map(({ label, value, note, tone }) => (
          <dl key={label} className={css.measure}>
            <dt>{label}</dt>
            <dd className={css.value} data-tone={tone}>
              {tone === 'calm' ? null : <TriangleAlert size={16} aria-label="Look at this" />}
              <span className="numbers">{value}</span>
            </dd>
            <dd className={css.remark}>{note}</dd>
          </dl>
        ))}
        <Bars fatigue={fatigue} />
      </div>
      {fatigue.suggestions.length === 0 ? null : (
        <ul className={css.suggestions} aria-label="What would lessen it">
          {fatigue.suggestions.map((suggestion) => (
            <li key={`${suggestion.agent} ${suggestion.module} ${suggestion.tool} ${suggestion.text}`}>
              <p>{suggestion.text}</p>
              <Act
                needs={suggestion.agent === null ? 'policy:write' : 'grants:write'}
                about={`${suggestion.module}/${suggestion.tool}`}
                onClick={() => setChosen(suggestion)}
              >
                {suggestion.agent === null ? 'Set the level' : 'Make a grant'}
              </Act>
            </li>
          ))}
        </ul>
      )}
      {chosen === null ? null : <SuggestionDialog suggestion={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

const WIDTH = 10;
const GAP = 3;
const HEIGHT = 44;

/** Drawn as plain shapes: a chart library would weigh more than the rest of the page. */
function Bars({ fatigue }: { readonly fatigue: Fatigue }) {
  const all = bars(fatigue.hours);
  return (
    <figure className={css.bars}>
      <svg
        viewBox={`0 0 ${all.length * (WIDTH + GAP) - GAP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={barsInWords(fatigue)}
      >
        {all.map((bar, index) => (
          <rect key={bar.hoursAgo} {...shapeOf(bar, index)} {...(bar.prompts === 0 ? { 'data-none': true } : {})} />
        ))}
      </svg>
      <figcaption aria-hidden>
        <span>{fatigue.hours.length} h ago</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

function shapeOf({ height }: Bar, index: number) {
  const tall = Math.max(1, height * HEIGHT);
  return { x: index * (WIDTH + GAP), y: HEIGHT - tall, width: WIDTH, height: tall };
}
