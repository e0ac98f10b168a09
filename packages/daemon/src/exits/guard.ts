// The redactor of this process and the exits over it, made before anything else so that a start that fails tells nothing
// either. What nobody named is looked for as `redaction.unknown` says, from the moment it says so.
import { type Config, DEFAULT_CONFIG } from '@castellan/contract';
import { createDetector, createRedactor, type Detector, type Redactor } from '@castellan/secrets';
import { createExits, type Exits } from './exits.ts';

type Unknown = Config['redaction']['unknown'];

export interface Guard {
  readonly redactor: Redactor;
  readonly exits: Exits;
  detect(unknown: Unknown): void;
}

export function createGuard(): Guard {
  const made = new Map<Unknown, Detector | null>();
  /** Made when something is first looked through, and once: a change of the configuration goes to and fro. */
  const detectorOf = (level: Unknown): Detector | null => {
    const known = made.get(level);
    if (known !== undefined) return known;
    const detector = level === 'off' ? null : createDetector({ floor: level });
    made.set(level, detector);
    return detector;
  };
  let unknown: Unknown = DEFAULT_CONFIG.redaction.unknown;
  let levels = 0;
  const redactor = createRedactor({ detector: { find: (bytes) => detectorOf(unknown)?.find(bytes) ?? [] } });
  return {
    redactor,
    exits: createExits(redactor, () => levels),
    detect(level) {
      if (level !== unknown) levels += 1;
      unknown = level;
    },
  };
}
