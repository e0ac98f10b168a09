// What the daemon tells of a source while it is being written: asked when the typing rests, never twice at a time.
import type { Inspection } from '@castellan/contract';
import { useEffect, useState } from 'react';
import { useApi } from '../connection/context.tsx';
import { ask } from '../connection/use-ask.ts';

export interface Inspected {
  /** Of `of`, which may be older than what stands there now. */
  readonly inspection: Inspection | null;
  readonly of: string;
  readonly failure: unknown;
}

const REST_MS = 350;

export function useInspection(source: string): Inspected {
  const api = useApi();
  const [inspected, setInspected] = useState<Inspected>({ inspection: null, of: '', failure: null });
  useEffect(() => {
    if (source.trim() === '') {
      setInspected({ inspection: null, of: source, failure: null });
      return;
    }
    const ended = new AbortController();
    const timer = setTimeout(() => {
      ask(api, 'inspectScript', { body: { source }, signal: ended.signal }).then(
        (inspection) => {
          if (!ended.signal.aborted) setInspected({ inspection, of: source, failure: null });
        },
        (failure: unknown) => {
          if (!ended.signal.aborted) setInspected((before) => ({ ...before, of: source, failure }));
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [api, source]);
  return inspected;
}
