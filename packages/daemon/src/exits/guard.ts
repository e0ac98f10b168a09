// The redactor of this process and the exits over it, made before anything else so that a start that fails tells nothing
// either. What nobody named is looked for as `redaction.unknown` says, from the moment it says so.
import type { Config } from '@castellan/contract';
import { createRedactor, type Detector, type Redactor } from '@castellan/secrets';
import { createExits, type Exits } from './exits.ts';

export interface Guard {
  readonly redactor: Redactor;
  readonly exits: Exits;
  detect(unknown: Config['redaction']['unknown']): void;
}

export function createGuard(): Guard {
  let detector: Detector | null = null;
  const redactor = createRedactor({ detector: { find: (bytes) => detector?.find(bytes) ?? [] } });
  return {
    redactor,
    exits: createExits(redactor),
    detect(unknown) {
      if (unknown === 'off') detector = null;
    },
  };
}
