// A person writes a version: what it may do and what is wrong with it are told while it is written. It is proposed like an
// agent's, and waits for a review like one.
import type { ScriptReview } from '@castellan/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { TEMPLATE } from '../../scripts/model.ts';
import css from '../../scripts/scripts.module.css';
import { Editor } from './editor.tsx';

export function Page() {
  const { script, from } = useSearch({ from: '/shell/propose' });
  const may = useMay('scripts:propose');
  const first = useAsk(
    'scriptVersion',
    { params: { name: script ?? '', digest: from ?? '' } },
    { enabled: script !== undefined && from !== undefined },
  );
  return (
    <PageFrame
      wide
      title={script === undefined ? 'Write a script' : `A new version of ${seenText(script)}`}
      lead={
        <span className={css.lead}>
          {script === undefined ? (
            <Link to="/scripts" className={css.back}>
              <ArrowLeft size={16} aria-hidden /> All scripts
            </Link>
          ) : (
            <Link to="/scripts/$name" params={{ name: script }} className={css.back}>
              <ArrowLeft size={16} aria-hidden /> {seenText(script)}
            </Link>
          )}
          <span>Starlark: like Python, without files, network or time of its own.</span>
        </span>
      }
    >
      {!may ? (
        <p className="muted">You may read scripts, and somebody with the role of an approver writes one here.</p>
      ) : from === undefined ? (
        <Editor script={script ?? null} text={TEMPLATE} />
      ) : (
        <Asked query={first} lines={10}>
          {(review: ScriptReview) => <Editor key={from} script={review.version.script} text={review.text} />}
        </Asked>
      )}
    </PageFrame>
  );
}
