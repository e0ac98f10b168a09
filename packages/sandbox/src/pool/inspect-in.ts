// Has a child look at a source, and believes of what it says what the parser lets through.
import type { Inspection } from '@castellan/contract';
import type { Child } from './child.ts';
import { errorOf, errorOfEnding } from './ending.ts';
import type { InspectOutcome } from './run.ts';

/** A source of the largest size takes a fraction of a second. */
const LIMIT_MS = 10_000;

export function inspectIn(child: Child, source: string, signal: AbortSignal): Promise<InspectOutcome> {
  return new Promise((resolve) => {
    const end = (outcome: InspectOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      child.onMessage = undefined;
      child.kill();
      resolve(outcome);
    };
    const onAbort = (): void =>
      end({ kind: 'unavailable', error: errorOf('cancelled', 'nobody waits for it any more') });
    const timer = setTimeout(() => end(unreadable('it takes too long to be read')), LIMIT_MS);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    child.onMessage = (message) => {
      if (message?.kind === 'inspection') end(message.inspection);
      else end({ kind: 'unavailable', error: errorOf('killed', 'the process that read the source broke its rules') });
    };
    void child.ended.then((ending) => {
      const error = errorOfEnding(ending);
      // A program that is too much for the reader is a faulty program.
      end(
        error.code === 'memory_exceeded'
          ? unreadable('it takes too much memory to be read')
          : { kind: 'unavailable', error },
      );
    });
    child.say({ kind: 'inspect', source });
  });
}

function unreadable(message: string): Inspection {
  return { kind: 'faulty', faults: [{ line: 0, column: 0, message }] };
}
