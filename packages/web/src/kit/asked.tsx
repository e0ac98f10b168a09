// A question to the daemon as a page draws it: its shape while it is loading, its failure in words, or the answer.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Failure } from '../connection/failure.ts';
import { ErrorNote } from './error-note.tsx';
import { Skeleton } from './skeleton.tsx';

export function Asked<T>({
  query,
  lines,
  children,
}: {
  readonly query: UseQueryResult<T, Failure>;
  /** How tall the skeleton is. */
  readonly lines?: number;
  readonly children: (value: T) => ReactNode;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.error === null ? null : <ErrorNote error={query.error} />}
        {children(query.data)}
      </>
    );
  if (query.error !== null) return <ErrorNote error={query.error} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}
