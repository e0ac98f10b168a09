// Too many attempts: how long until the next one counts, and nothing to press before.
import { useEffect, useState } from 'react';
import { now } from '../../clock.ts';
import type { Failure } from '../../connection/failure.ts';
import { useNow } from '../../connection/use-now.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import { countdownText } from '../../kit/time-text.ts';

const waitOf = (failure: Failure | null): number =>
  failure?.error.kind === 'api' && failure.error.error.error === 'rate_limited'
    ? (failure.error.error.retryAfter ?? 1)
    : 0;

/** Seconds until one may try again; 0 when one may. */
export function useHeldOff(failure: Failure | null): number {
  const [until, setUntil] = useState(0);
  const time = useNow();
  useEffect(() => {
    const wait = waitOf(failure);
    setUntil(wait === 0 ? 0 : now() + wait * 1000);
  }, [failure]);
  return Math.max(0, Math.ceil((until - time) / 1000));
}

export function HeldOff({ failure, seconds }: { readonly failure: Failure | null; readonly seconds: number }) {
  if (failure === null) return null;
  if (waitOf(failure) === 0) return <ErrorNote error={failure} />;
  if (seconds === 0) return <Note title="You may try again." />;
  return (
    <Note kind="warn" title="Too many attempts">
      <p>
        You may try again in <span className="numbers">{countdownText(seconds * 1000)}</span>. Attempts until then do
        not count.
      </p>
    </Note>
  );
}
