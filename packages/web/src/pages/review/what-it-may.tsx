// What approving it allows, in words; against what was approved before, what of it is new.
import type { ScriptReview } from '@castellan/contract';
import kit from '../../kit/rows.module.css';
import { countText } from '../../kit/time-text.ts';
import { Abilities } from '../../scripts/abilities.tsx';
import css from './review.module.css';

export function WhatItMay({ review: { words, against } }: { readonly review: ScriptReview }) {
  const news = words.filter(({ change }) => change === 'added' || change === 'changed').length;
  // Where nothing was before, everything is new, and a mark at each would say nothing.
  const sentences = against === null ? words.map(({ kind, text }) => ({ kind, text })) : words;
  return (
    <section id="may" tabIndex={-1} className={css.part} aria-labelledby="may-title">
      <h2 id="may-title">What it may do</h2>
      <p className={kit.note}>
        {against === null
          ? 'Nothing of this script was ever approved. Approved, this version may do this and nothing else:'
          : news === 0
            ? `It may do nothing that version ${against.version.number} may not.`
            : `${countText(news, 'thing')} that version ${against.version.number} may not.`}
      </p>
      <Abilities sentences={sentences} />
    </section>
  );
}
