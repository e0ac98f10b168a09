// The review of one version, as the approval card is read: who and why, what it may do, the thing itself with what differs,
// what a test run would do; the answers stand below, always in sight. INVARIANT: what is approved is the digest that is shown.

import type { ScriptReview } from '@castellan/contract';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../../approval/use-keys.ts';
import { useSteady } from '../../approval/use-steady.ts';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { useWaitingScripts } from '../../connection/use-waiting.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { KeyHelp } from '../../kit/key-help.tsx';
import { usePageTitle } from '../../kit/page-title.ts';
import { Skeleton } from '../../kit/skeleton.tsx';
import { digestOfPlace, versionPlace } from '../../scripts/model.ts';
import { useProvedAnswer } from '../../scripts/use-proved-answer.tsx';
import { pressFreeze } from '../../shell/freeze-event.ts';
import { AnswerBar } from './answer-bar.tsx';
import { Head } from './head.tsx';
import { KEYS } from './keys.ts';
import css from './review.module.css';
import { Source } from './source.tsx';
import { Tests } from './tests.tsx';
import { WhatItMay } from './what-it-may.tsx';

export function Page() {
  const { name, digest: digits } = useParams({ from: '/shell/scripts/$name/versions/$digest' });
  const digest = digestOfPlace(digits);
  const query = useAsk('scriptVersion', { params: { name, digest } });
  usePageTitle(`Review ${name}`);
  if (query.data !== undefined) return <Review key={digest} review={query.data} />;
  return (
    <div className={css.loading}>
      <h1 className="sr-only">Review {name}</h1>
      {query.error === null ? <Skeleton lines={8} /> : <ErrorNote error={query.error} />}
    </div>
  );
}

function Review({ review }: { readonly review: ScriptReview }) {
  const { version, factorNeeded } = review;
  const { script: name, digest, number, state } = version;
  const may = useMay('scripts:approve');
  const navigate = useNavigate();
  const [reasoning, setReasoning] = useState(false);
  const [help, setHelp] = useState(false);
  const steady = useSteady(`${digest} ${state.kind}`);
  const body = useRef<HTMLElement>(null);
  const answer = useProvedAnswer('approveScript', { name, digest }, factorNeeded, `Approve version ${number}`);
  const next = useWaitingScripts().find((each) => each.digest !== digest);
  const ready = may && steady && !answer.pending;
  // A person may think again of what was rejected; nothing else is answered here.
  const approves = ready && (state.kind === 'pending' || state.kind === 'rejected');
  const rejects = ready && state.kind === 'pending';
  const approve = (): void => void answer.run();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version begins at its top
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [digest]);
  const show = (id: string) => (): void => {
    const place = body.current?.querySelector<HTMLElement>(`#${id}`);
    place?.scrollIntoView({ block: 'start' });
    place?.focus({ preventScroll: true });
  };
  useKeys({
    a: approves ? approve : undefined,
    r: rejects ? () => setReasoning(true) : undefined,
    d: rejects ? () => setReasoning(true) : undefined,
    w: show('may'),
    o: show('source'),
    t: show('tests'),
    n: next === undefined ? undefined : () => goTo(next),
    f: pressFreeze,
    '?': () => setHelp(true),
  });
  const goTo = (each: { readonly script: string; readonly digest: string }): void =>
    void navigate({ to: '/scripts/$name/versions/$digest', params: versionPlace(each.script, each.digest) });
  return (
    <article className={css.review} aria-labelledby="review-title">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={body} className={css.body} tabIndex={0} aria-label="The version">
        <Link to="/scripts/$name" params={{ name }} className={css.back}>
          <ArrowLeft size={16} aria-hidden /> {name}
        </Link>
        <Head version={version} />
        <WhatItMay review={review} />
        <Source review={review} />
        <Tests review={review} />
      </section>
      <AnswerBar
        version={version}
        may={may}
        steady={steady}
        factorNeeded={factorNeeded}
        reasoning={reasoning}
        pending={answer.pending}
        failure={answer.failure}
        onApprove={approve}
        onReason={setReasoning}
        {...(next === undefined ? {} : { onNext: () => goTo(next) })}
      />
      {answer.dialog}
      <KeyHelp keys={KEYS} steady="the page" opened={help} onClose={() => setHelp(false)} />
    </article>
  );
}
