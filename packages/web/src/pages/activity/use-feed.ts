// Keeps the list of calls: the latest page whenever something happens, older ones as the list is scrolled.
import type { RouteQuery } from '@castellan/contract';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { Failure } from '../../connection/failure.ts';
import { ask, useAsk } from '../../connection/use-ask.ts';
import { type Feed, withLatest, withOlder } from './feed.ts';

export type Query = Partial<Omit<RouteQuery<'activity'>, 'before' | 'limit'>>;
type Page = Parameters<typeof withLatest>[1];
type Step =
  | { readonly kind: 'latest'; readonly page: Page }
  | { readonly kind: 'older'; readonly asked: number; readonly page: Page };

const LIMIT = 100;

const reduce = (feed: Feed | null, step: Step): Feed | null => {
  if (step.kind === 'latest') return withLatest(feed, step.page);
  return feed === null ? null : withOlder(feed, step.asked, step.page);
};

export interface UseFeed {
  readonly feed: Feed | null;
  readonly failure: Failure | null;
  readonly loadingOlder: boolean;
  readonly loadOlder: () => void;
}

/** One list for one set of filters: a component with other filters is another one (`key`). */
export function useFeed(query: Query): UseFeed {
  const api = useApi();
  const latest = useAsk('activity', { query: { ...query, limit: LIMIT } });
  const [feed, step] = useReducer(reduce, null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [loadingOlder, setLoading] = useState(false);
  const asking = useRef(false);

  useEffect(() => {
    if (latest.data !== undefined) step({ kind: 'latest', page: latest.data });
  }, [latest.data]);

  const older = feed?.older ?? null;
  const loadOlder = useCallback((): void => {
    if (older === null || asking.current) return;
    asking.current = true;
    setLoading(true);
    void ask(api, 'activity', { query: { ...query, limit: LIMIT, before: older } })
      .then(
        (page) => {
          setFailure(null);
          step({ kind: 'older', asked: older, page });
        },
        (error: unknown) => setFailure(error instanceof Failure ? error : null),
      )
      .finally(() => {
        asking.current = false;
        setLoading(false);
      });
  }, [api, older, query]);

  return { feed, failure: latest.error ?? failure, loadingOlder, loadOlder };
}
