// The exact text that would run, with what differs from the version it is compared with.
import type { ScriptReview } from '@castellan/contract';
import { Button } from '@mantine/core';
import { useState } from 'react';
import kit from '../../kit/rows.module.css';
import { standingOf } from '../../scripts/model.ts';
import { SourceView } from '../../scripts/source-view.tsx';
import css from './review.module.css';

export function Source({ review: { version, text, against } }: { readonly review: ScriptReview }) {
  const [shows, setShows] = useState<'changes' | 'whole'>('changes');
  const was = against === null ? null : `version ${against.version.number}`;
  return (
    <section id="source" tabIndex={-1} className={css.part} aria-labelledby="source-title">
      <div className={css.partHead}>
        <h2 id="source-title">Source</h2>
        {was === null ? null : (
          <Button onClick={() => setShows(shows === 'whole' ? 'changes' : 'whole')}>
            {shows === 'whole' ? `Show what differs from ${was}` : 'Show it as it would run'}
          </Button>
        )}
      </div>
      {against === null ? null : (
        <p className={kit.note}>
          {against.text === text
            ? `The text is the same as in ${was}.`
            : shows === 'changes'
              ? `Compared with ${was}, ${standingOf(against.version.state).word}. Removed lines stand above what replaced them.`
              : 'Nothing is marked: this is the text that runs.'}
        </p>
      )}
      <SourceView
        text={text}
        label={`Source of ${version.script}, version ${version.number}`}
        {...(against === null || shows === 'whole' ? {} : { was: against.text })}
      />
    </section>
  );
}
