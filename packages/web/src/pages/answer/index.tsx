// The page a message leads to: the card, and one more press. RULE: opening it answers nothing, and the link is neither in a
// request line nor left in the address bar.
import type { ResolveRequest } from '@castellan/contract';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { AnsweringProvider, type Send } from '../../approval/answering.tsx';
import { ApprovalCard } from '../../approval/card.tsx';
import { useApi } from '../../connection/context.tsx';
import type { Failure } from '../../connection/failure.ts';
import { takeFragment } from '../../connection/fragment.ts';
import { ask, type OutputOf, useMe } from '../../connection/use-ask.ts';
import { useLive } from '../../connection/use-live.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { usePageTitle } from '../../kit/page-title.ts';
import { Skeleton } from '../../kit/skeleton.tsx';
import { Alone } from '../../shell/alone.tsx';
import { Mark } from '../../shell/mark.tsx';
import css from './answer.module.css';

/** For as long as the tab is open: signing in is a page in between. */
const KEY = 'castellan.link';

function useLink(): { readonly link: string; readonly forget: () => void } {
  const [link, setLink] = useState(() => {
    const given = takeFragment();
    if (given !== '') sessionStorage.setItem(KEY, given);
    return given === '' ? (sessionStorage.getItem(KEY) ?? '') : given;
  });
  useEffect(() => {
    const changed = (): void => {
      const given = takeFragment();
      if (given === '') return;
      sessionStorage.setItem(KEY, given);
      setLink(given);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return { link, forget: () => sessionStorage.removeItem(KEY) };
}

const OFFERED = {
  approve: 'You chose Approve in the message. Nothing is answered yet: look, then press once more.',
  deny: 'You chose Deny in the message. Nothing is answered yet: press once more.',
  look: 'This is what waits for you.',
} as const;

function Answer({
  view,
  link,
  onDone,
}: {
  readonly view: OutputOf<'lookLink'>;
  readonly link: string;
  readonly onDone: () => void;
}) {
  const api = useApi();
  const navigate = useNavigate();
  const me = useMe();
  const settled = useLive((model) => model.settled.find(({ id }) => id === view.approval.id));
  const approval = settled ?? view.approval;
  const send = useCallback<Send>(
    async (_, answer: ResolveRequest) => {
      const result = await api.answerLink({ body: { link, answer } });
      if (result.ok) onDone();
      return result;
    },
    [api, link, onDone],
  );
  usePageTitle('Answer');
  const mustSignIn = view.signInNeeded && me.data === undefined;
  return (
    <main className={css.page}>
      <h1 className="sr-only">Answer</h1>
      <header className={css.head}>
        <Mark />
        <p>{OFFERED[view.answer]}</p>
      </header>
      <AnsweringProvider send={send}>
        <ApprovalCard
          approval={approval}
          simple
          next={<Link to="/">Open the inbox</Link>}
          instead={
            mustSignIn ? (
              <div className={css.signIn}>
                <p>Only somebody who is signed in may answer this.</p>
                <Button variant="filled" onClick={() => void navigate({ to: '/sign-in', search: { to: '/answer' } })}>
                  Sign in to answer
                </Button>
              </div>
            ) : undefined
          }
        />
      </AnsweringProvider>
    </main>
  );
}

export function Page() {
  const { link, forget } = useLink();
  const api = useApi();
  const view = useQuery<OutputOf<'lookLink'>, Failure>({
    // The link itself is a key: it stays out of the cache's names.
    queryKey: ['lookLink', link.length, link.slice(-8)],
    queryFn: () => ask(api, 'lookLink', { body: { link } }),
    enabled: link !== '',
  });
  if (link === '')
    return (
      <Alone title="This link is not whole" lead="Open it as it stands in the message, with everything behind the #.">
        <Link to="/">Open the inbox</Link>
      </Alone>
    );
  if (view.error !== null)
    return (
      <Alone title="This link no longer works" lead="Each link answers once, and ends with the question.">
        <ErrorNote error={view.error} />
        <Link to="/">Open the inbox</Link>
      </Alone>
    );
  if (view.data === undefined)
    return (
      <Alone title="Answer">
        <Skeleton lines={5} />
      </Alone>
    );
  return <Answer view={view.data} link={link} onDone={forget} />;
}
