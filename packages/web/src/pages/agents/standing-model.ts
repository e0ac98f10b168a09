// How an agent stands, and what a verification came to as rows and columns. Pure.
import type { Instant, RouteResponse, Situation, Verification, VerifyCheck } from '@castellan/contract';
import { agoText, countText } from '../../kit/time-text.ts';
import type { Tone } from '../../kit/tone.ts';

export type Standing = RouteResponse<'standings'>['standings'][number];

export interface StandingWord {
  readonly text: string;
  readonly tone: Tone;
  /** What to do, or since when. */
  readonly more: string;
}

export function standingWord({ verification, due, connector }: Standing, now: Instant): StandingWord {
  if (connector === null)
    return { text: 'connected by hand', tone: 'plain', more: 'Nothing of its settings is known here.' };
  if (verification === null)
    return due === ''
      ? {
          text: 'cannot be proven',
          tone: 'plain',
          more: 'Only a person can start it, so no canary was sent through it.',
        }
      : { text: 'not proven yet', tone: 'warn', more: `${due}.` };
  const when = agoText(verification.endedAt ?? verification.startedAt, now);
  switch (verification.state) {
    case 'running':
      return { text: 'being proven', tone: 'accent', more: `${countText(verification.checks.length, 'check')} done.` };
    case 'held':
      return due === ''
        ? { text: 'held', tone: 'good', more: `Proven ${when}.` }
        : { text: 'to be proven again', tone: 'warn', more: `Held ${when}; ${due}.` };
    case 'not-held':
      return { text: 'NOT HELD', tone: 'bad', more: `Seen ${when}. Freeze it until this is mended.` };
    case 'failed':
      return { text: 'could not be proven', tone: 'warn', more: `Tried ${when}.` };
  }
}

/** Clients that a program can start, and so canaries can go through. */
const PROVABLE: readonly Standing['connector'][] = ['claude-code', 'opencode', 'codex'];
export const isProvable = ({ connector }: Pick<Standing, 'connector'>): boolean => PROVABLE.includes(connector);

/** What stays open; worded as in the terminal. */
export const openText = (count: number): string =>
  count === 1 ? '1 way past stays open' : `${count} ways past stay open`;

export const COLUMNS: readonly { readonly situation: Situation; readonly name: string; readonly means: string }[] = [
  { situation: 'allowed', name: 'Allowed', means: 'it runs' },
  { situation: 'denied', name: 'Denied', means: 'stopped' },
  { situation: 'confirmed', name: 'You answer', means: 'as you say' },
  { situation: 'timed-out', name: 'No answer', means: 'stopped' },
  { situation: 'daemon-down', name: 'Castellan away', means: 'stopped' },
];

const SURFACES: Readonly<Record<string, string>> = {
  shell: 'Commands',
  file: 'Files',
  gateway: 'MCP tools',
  'sub-agent': 'Sub-agents',
  prompt: 'Prompts',
  command: 'Slash commands',
};

export type Cell = 'ok' | 'failed' | 'none' | 'waits';
export interface TableRow {
  readonly surface: string;
  readonly name: string;
  readonly cells: readonly Cell[];
}

export function tableRows({ checks, state }: Pick<Verification, 'checks' | 'state'>): readonly TableRow[] {
  const tried = checks.filter(({ situation }) => situation !== 'way' && situation !== 'settings');
  const surfaces = [...new Set(tried.map(({ surface }) => surface))];
  const shown = surfaces.length > 0 || state !== 'running' ? surfaces : ['shell', 'file'];
  return shown.map((surface) => ({
    surface,
    name: SURFACES[surface] ?? surface,
    cells: COLUMNS.map(({ situation }): Cell => {
      const of = tried.filter((check) => check.surface === surface && check.situation === situation);
      if (of.length === 0) return state === 'running' ? 'waits' : 'none';
      return of.every(({ ok }) => ok) ? 'ok' : 'failed';
    }),
  }));
}

export interface Count {
  readonly passed: number;
  readonly all: number;
}
export function countOf(checks: readonly VerifyCheck[], situation: Situation): Count | null {
  const of = checks.filter((check) => check.situation === situation);
  return of.length === 0 ? null : { passed: of.filter(({ ok }) => ok).length, all: of.length };
}
