// `@limits: time=30s steps=10M memory=64MB output=256KB calls=50`: what a run of the script may use.
import type { ScriptLimits } from '@castellan/contract';
import type { Faults } from './faults.ts';
import type { HeaderWord } from './header-line.ts';
import { LIMITS } from './names.ts';

type Kind = keyof typeof LIMITS;

const KINDS: Readonly<
  Record<string, { readonly kind: Kind; readonly units: Readonly<Record<string, number>>; readonly example: string }>
> = {
  time: { kind: 'seconds', units: { s: 1, m: 60 }, example: '`time=30s`' },
  steps: { kind: 'steps', units: { '': 1, k: 1000, M: 1_000_000, G: 1_000_000_000 }, example: '`steps=10M`' },
  memory: { kind: 'memoryBytes', units: { KB: 1024, MB: 1_048_576 }, example: '`memory=64MB`' },
  output: { kind: 'outputBytes', units: { '': 1, KB: 1024, MB: 1_048_576 }, example: '`output=256KB`' },
  calls: { kind: 'calls', units: { '': 1 }, example: '`calls=50`' },
};

export const STANDARD_LIMITS: ScriptLimits = {
  seconds: LIMITS.seconds.standard,
  steps: LIMITS.steps.standard,
  memoryBytes: LIMITS.memoryBytes.standard,
  outputBytes: LIMITS.outputBytes.standard,
  calls: LIMITS.calls.standard,
};

export function readLimits(words: readonly HeaderWord[], faults: Faults): ScriptLimits {
  const limits: Record<Kind, number> = { ...STANDARD_LIMITS };
  const seen = new Set<string>();
  for (const word of words) {
    const [, name = '', digits = '', unit = ''] = /^([a-z]+)=([0-9]{1,12})([A-Za-z]*)$/.exec(word.text) ?? [];
    const known = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (known === undefined) {
      faults.add(
        word,
        `\`${word.text}\` is no limit`,
        'limits are written `time=30s steps=10M memory=64MB output=256KB calls=50`',
      );
      continue;
    }
    if (seen.has(name)) faults.add(word, `the limit \`${name}\` is there twice`);
    seen.add(name);
    const factor = Object.hasOwn(known.units, unit) ? known.units[unit] : undefined;
    if (factor === undefined) {
      const what = unit === '' ? 'no unit' : `a unit that \`${name}\` has not`;
      faults.add(word, `\`${word.text}\` has ${what}`, `it is written like ${known.example}, without a blank`);
      continue;
    }
    const amount = Number(digits) * factor;
    const { least, most } = LIMITS[known.kind];
    if (amount < least || amount > most) faults.add(word, `\`${name}\` is from ${least} to ${most}, not ${amount}`);
    else limits[known.kind] = amount;
  }
  return limits;
}
