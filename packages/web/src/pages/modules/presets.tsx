// The three presets side by side: what each means, what it would change, which is in force.

import type { PolicyView } from '@castellan/contract';
import { CircleCheck } from 'lucide-react';
import { Act } from '../../kit/act.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { countText } from '../../kit/time-text.ts';
import { PRESETS, type PresetWords, presetEffect } from './model.ts';
import css from './modules.module.css';
import type { AskChange } from './use-policy-change.tsx';

export function Presets({ view, ask }: { readonly view: PolicyView; readonly ask: AskChange }) {
  return (
    <Section title="Preset" lead="Decides for every tool that has no level of its own.">
      <ul className={css.presets}>
        {PRESETS.map((words) => (
          <li key={words.preset} id={words.preset} className={css.preset} data-on={words.preset === view.preset}>
            <Preset words={words} view={view} ask={ask} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Preset({
  words,
  view,
  ask,
}: {
  readonly words: PresetWords;
  readonly view: PolicyView;
  readonly ask: AskChange;
}) {
  const { preset, title, means, example } = words;
  const effect = presetEffect(view, preset);
  const on = preset === view.preset;
  return (
    <>
      <p className={kit.name}>
        {title} <OutcomeMark outcome={effect.to} />
      </p>
      <p>{means}</p>
      <p className={kit.note}>{example}</p>
      {on ? (
        <p className={css.on}>
          <CircleCheck size={18} aria-hidden /> In force
        </p>
      ) : (
        <Act
          needs="policy:write"
          about={title}
          onClick={() =>
            ask({
              title: `Switch to ${title}?`,
              yes: `Switch to ${title}`,
              change: { change: 'preset', preset },
              more: (
                <>
                  {effect.examples.length === 0 ? null : (
                    <p className="muted">
                      Among them: {effect.examples.join('; ')}
                      {effect.changes > effect.examples.length
                        ? ` and ${effect.changes - effect.examples.length} more`
                        : ''}
                      .
                    </p>
                  )}
                  {effect.kept.length === 0 ? null : (
                    <p className="muted">Modules with a level of their own keep it: {effect.kept.join(', ')}.</p>
                  )}
                </>
              ),
            })
          }
        >
          Switch
        </Act>
      )}
      {on ? null : <p className={kit.note}>would change {countText(effect.changes, 'tool')}</p>}
    </>
  );
}
