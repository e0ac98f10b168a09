// What a verification came to, as a table a newcomer understands: rows are the agent's ways to act, columns what was tried. Pure.
import type { Situation, Verification, VerifyCheck } from '@castellan/contract';
import { type Line, line, pieced, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { duration } from './words.ts';
import { labelled, textWidth } from './wrap.ts';

/** What was tried, in the order of a call's life; two lines of heading each. */
const COLUMNS: readonly { readonly situation: Situation; readonly head: readonly [string, string] }[] = [
  { situation: 'allowed', head: ['allowed:', 'it runs'] },
  { situation: 'denied', head: ['denied:', 'stopped'] },
  { situation: 'confirmed', head: ['you answer:', 'as you say'] },
  { situation: 'timed-out', head: ['no answer:', 'stopped'] },
  { situation: 'daemon-down', head: ['Castellan', 'away: stopped'] },
];
const SURFACES: Readonly<Record<string, string>> = {
  shell: 'commands',
  file: 'files',
  gateway: 'MCP tools',
  'sub-agent': 'sub-agents',
  prompt: 'prompts',
  command: '/commands',
};
const LABEL = 12;
const WIDTHS = [10, 10, 12, 12, 14] as const;

type Cell = 'ok' | 'failed' | 'none' | 'waits';
const WORDS: Readonly<Record<Cell, readonly [string, Tone]>> = {
  ok: ['ok', 'good'],
  failed: ['FAILED', 'danger'],
  none: ['-', 'quiet'],
  waits: ['…', 'quiet'],
};

const isWay = ({ situation }: VerifyCheck): boolean => situation === 'way';
const isSettings = ({ situation }: VerifyCheck): boolean => situation === 'settings';

function cellOf(checks: readonly VerifyCheck[], surface: string, situation: Situation, isRunning: boolean): Cell {
  const of = checks.filter((check) => check.surface === surface && check.situation === situation);
  if (of.length === 0) return isRunning ? 'waits' : 'none';
  return of.every(({ ok }) => ok) ? 'ok' : 'failed';
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(1, width - textWidth(text)));

/** The table alone; with nothing tried yet its first rows wait. */
export function tableLines({ checks, state }: Pick<Verification, 'checks' | 'state'>): readonly Line[] {
  const isRunning = state === 'running';
  const tried = [...new Set(checks.filter((check) => !isWay(check) && !isSettings(check)).map((each) => each.surface))];
  const rows = tried.length > 0 ? tried : isRunning ? ['shell', 'file'] : [];
  if (rows.length === 0) return [];
  const heads = [0, 1].map((at) =>
    line(
      `${' '.repeat(LABEL)}${COLUMNS.map(({ head }, column) => padded(head[at] ?? '', WIDTHS[column] ?? 12)).join('')}`.trimEnd(),
      'quiet',
    ),
  );
  const body = rows.map((surface) =>
    pieced([
      line(padded(visible(SURFACES[surface] ?? surface).slice(0, LABEL - 1), LABEL)),
      ...COLUMNS.map(({ situation }, column) => {
        const [text, tone] = WORDS[cellOf(checks, surface, situation, isRunning)];
        return line(column === COLUMNS.length - 1 ? text : padded(text, WIDTHS[column] ?? 12), tone);
      }),
    ]),
  );
  const isLess = rows.some((surface) =>
    COLUMNS.some(({ situation }) => cellOf(checks, surface, situation, isRunning) === 'none'),
  );
  return [...heads, ...body, ...(isLess ? [line(`${padded('-', LABEL)}not tried`, 'quiet')] : [])];
}

function countLine(label: string, checks: readonly VerifyCheck[], good: string): readonly Line[] {
  if (checks.length === 0) return [];
  const passed = checks.filter(({ ok }) => ok).length;
  const isAll = passed === checks.length;
  return [
    pieced([line(padded(label, LABEL)), line(`${passed} of ${checks.length} ${good}`, isAll ? 'good' : 'danger')]),
  ];
}

/** Each that failed: what was tried, what was seen. */
function failedLines(checks: readonly VerifyCheck[], width: number): readonly Line[] {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return [];
  const wrapped = (label: string, text: string, tone: Tone): readonly Line[] =>
    labelled(label, visible(text), width).map((each) => line(each, tone));
  return [
    line(''),
    line(failed.length === 1 ? 'what failed:' : `what failed (${failed.length}):`, 'strong'),
    ...failed.flatMap(({ title, seen }) => [
      ...wrapped('  ', title, 'danger'),
      ...(seen === '' ? [] : wrapped('    seen: ', seen, 'quiet')),
    ]),
  ];
}

const HEADS: Readonly<Record<Verification['state'], readonly [string, Tone]>> = {
  running: ['being proven', 'plain'],
  held: ['held', 'good'],
  'not-held': ['NOT HELD', 'danger'],
  failed: ['could not be proven', 'caution'],
};

/** @param title as `Claude Code` or the agent's name. */
export function verificationLines(
  title: string,
  verification: Verification,
  { width, now }: { readonly width: number; readonly now: number },
): readonly Line[] {
  const { state, version, checks, startedAt, endedAt, text } = verification;
  const [word, tone] = HEADS[state];
  const took = duration((endedAt ?? now) - startedAt);
  const client = `${visible(title)}${version === null ? '' : ` ${visible(version)}`}`;
  const count = state === 'running' ? `, ${checks.length} done so far` : '';
  return [
    pieced([line(client, 'strong'), line('  '), line(word, tone), line(`  ${took}${count}`, 'quiet')]),
    ...tableLines(verification),
    ...countLine('settings', checks.filter(isSettings), 'stand as they were written'),
    ...countLine('ways past', checks.filter(isWay), 'closed'),
    // What failed is said below, each; a text of its own says why there is nothing to say.
    ...(state === 'failed' && text !== ''
      ? labelled('', visible(text), width).map((each) => line(each, 'caution'))
      : []),
    ...failedLines(checks, width),
  ];
}
