// A finding of `policy lint` as lines: how bad, where, what is wrong, and what to do.
import type { Finding, Severity } from '@castellan/policy';
import { type Line, line, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { labelled } from './wrap.ts';

const TONES: Readonly<Record<Severity, Tone>> = { error: 'danger', warning: 'caution', note: 'plain' };

export function findingLines(finding: Finding, width: number, at?: number): readonly Line[] {
  const { severity, source, about, message, fix, lint } = finding;
  const place = `${visible(source)}${at === undefined ? '' : `:${at}`}`;
  return [
    ...labelled(`${severity}: `, `${visible(about)}: ${visible(message)}`, width).map((text) =>
      line(text, TONES[severity]),
    ),
    ...labelled('  fix: ', visible(fix), width).map((text) => line(text)),
    line(`  ${place} (${lint})`, 'quiet'),
  ];
}
