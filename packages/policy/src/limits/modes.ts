// What each mode forbids, as data (P9). INVARIANT: a mode only ever tightens: it is a question about a call whose answer
// is a stricter outcome or nothing.
import type { EffectKind, Outcome, Profile } from '@castellan/contract';

export interface Mode {
  /** null: this mode tightens nothing by what a call would do. */
  readonly forbids: {
    readonly kinds: ReadonlySet<EffectKind>;
    /**
     * Which programs may run: `safe` only those of a call that is safe as a whole, `known` also any other that is certain
     * to do what stands beside it.
     */
    readonly programs: 'safe' | 'known';
    readonly outcome: Outcome;
    readonly text: string;
    readonly remedy: string;
  } | null;
  /** Nobody can be asked: what would ask is refused. */
  readonly headless: boolean;
}

/** Everything but reading, connecting and running a program, which are looked at more closely. */
const CHANGES: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'write',
  'delete',
  'send',
  'spend',
  'escalate',
  'change-safety',
  'unknown',
]);

const free = { forbids: null, headless: false } as const;

const refusing = (programs: 'safe' | 'known', text: string, remedy: string): Mode => ({
  forbids: { kinds: CHANGES, programs, outcome: 'deny', text, remedy },
  headless: false,
});

export const MODES: Readonly<Record<Profile, Mode>> = {
  safe: {
    forbids: {
      kinds: CHANGES,
      programs: 'known',
      outcome: 'ask',
      text: 'what changes anything asks a person',
      remedy: 'set another mode in `profile`',
    },
    headless: false,
  },
  auto: free,
  plan: refusing(
    'safe',
    'nothing is changed while a plan is made',
    'present the plan, and change things once it is agreed',
  ),
  review: refusing('known', 'a review changes nothing', 'report what should be changed instead of changing it'),
  research: refusing(
    'safe',
    'research only reads, here and on the web',
    'note what should be done instead of doing it',
  ),
  dangerous: free,
  ci: { forbids: null, headless: true },
};
