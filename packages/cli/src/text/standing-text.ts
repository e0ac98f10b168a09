// How agents stand behind the gate, in words: one line each, or everything about one. Pure.
import type { Gap, Standing } from '@castellan/contract';
import { type Line, line, pieced, type Tone } from './tone.ts';
import { verificationLines } from './verify-table.ts';
import { visible } from './visible.ts';
import { duration, plural } from './words.ts';
import { labelled } from './wrap.ts';

export interface StandingWord {
  readonly text: string;
  readonly tone: Tone;
}

/** Whether it is held, as far as was proven. */
export function standingWord({ verification, due, connector }: Standing, now: number): StandingWord {
  if (connector === null) return { text: 'connected by hand: nothing of its settings is known', tone: 'quiet' };
  if (verification === null)
    return due === ''
      ? { text: 'connected; only a person can start it, so nothing is proven', tone: 'quiet' }
      : { text: `not proven: ${visible(due)}`, tone: 'caution' };
  const ago = `${duration(now - (verification.endedAt ?? verification.startedAt))} ago`;
  switch (verification.state) {
    case 'running':
      return { text: `being proven, ${plural(verification.checks.length, 'check')} done`, tone: 'plain' };
    case 'held':
      return due === ''
        ? { text: `held, proven ${ago}`, tone: 'good' }
        : { text: `proven ${ago}, to be proven again: ${visible(due)}`, tone: 'caution' };
    case 'not-held':
      return { text: `NOT HELD, seen ${ago}`, tone: 'danger' };
    case 'failed':
      return { text: `could not be proven ${ago}`, tone: 'caution' };
  }
}

/** `3 ways past stay open`; empty: none is known. */
export const openText = ({ length }: readonly Gap[]): string =>
  length === 0 ? '' : length === 1 ? '1 way past stays open' : `${length} ways past stay open`;

const SCOPES = {
  user: 'every project',
  project: 'one folder',
  isolated: 'only by `run`',
  managed: 'the whole machine',
};
const MODES = { hooks: 'its own tools, each asked about', gateway: 'tools of the gateway' };

export const scopeWords = (scope: NonNullable<Standing['scope']>): string => SCOPES[scope];

/** `Claude Code 2.1.330`. */
export const clientText = ({ title, version }: Pick<Standing, 'title' | 'version'>): string =>
  `${visible(title)}${version === null ? '' : ` ${visible(version)}`}`;

/** Each way, and what closes it; said once for several that the same thing closes. */
export function gapLines(gaps: readonly Gap[], width: number): readonly Line[] {
  return gaps.flatMap(({ way, closedBy, alarm }, at) => {
    const next = gaps[at + 1];
    const goesOn = next !== undefined && closedBy !== null && next.closedBy === closedBy && next.alarm === alarm;
    const below = [
      closedBy === null ? 'nothing closes it' : `closed by: ${visible(closedBy)}`,
      ...(alarm === null ? [] : [`alarm: ${visible(alarm)}`]),
    ];
    return [
      ...labelled('  - ', visible(way), width).map((text) => line(text)),
      ...(goesOn ? [] : below.flatMap((text) => labelled('    ', text, width)).map((text) => line(text, 'quiet'))),
    ];
  });
}

/** Everything about one. */
export function oneStandingLines(
  standing: Standing,
  name: string,
  { width, now }: { readonly width: number; readonly now: number },
): readonly Line[] {
  const { agent, scope, mode, known, connector, version, gaps, verification, title } = standing;
  const word = standingWord(standing, now);
  const unknown = connector !== null && version !== null && !known;
  return [
    pieced([line(visible(name), 'strong'), line(`  ${clientText(standing)}`), line(`  ${agent}`, 'quiet')]),
    ...(scope === null || mode === null ? [] : [line(`  ${scope} (${SCOPES[scope]}), ${mode} (${MODES[mode]})`)]),
    ...labelled('  ', word.text, width).map((text) => line(text, word.tone)),
    ...(unknown ? [line('  this version was not among those tested: `verify` decides', 'caution')] : []),
    line(''),
    ...(verification === null ? [] : [...verificationLines(title, verification, { width, now }), line('')]),
    line(gaps.length === 0 ? 'no way past is known' : `what stays open (${gaps.length}):`, 'strong'),
    ...gapLines(gaps, width),
  ];
}
