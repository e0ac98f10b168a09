// What is said before, while and after an agent is connected. Pure.
import type { ConnectorName, Gap, Standing } from '@castellan/contract';
import { diffLines, lineDiff } from './line-diff.ts';
import { gapLines, openText, scopeWords, standingWord } from './standing-text.ts';
import { type Line, line, pieced } from './tone.ts';
import { visible, visibleLines } from './visible.ts';
import { labelled, textWidth } from './wrap.ts';

/** A client that is here, or an agent that is connected. */
export interface FoundRow {
  readonly connector: ConnectorName;
  readonly title: string;
  /** Null: it does not say. */
  readonly version: string | null;
  /** Why it cannot be connected; null: it can. */
  readonly fault: string | null;
  /** Of the agents that stand there, in whatever scope. */
  readonly standings: readonly Standing[];
}

/** `castellan connect` alone: what is here, and how it stands. */
export function foundLines(
  rows: readonly FoundRow[],
  missing: readonly string[],
  { width, now }: { readonly width: number; readonly now: number },
): readonly Line[] {
  const column = Math.max(...rows.map(({ connector }) => connector.length), 0) + 2;
  const pad = ' '.repeat(column + 2);
  const lines = rows.flatMap(({ connector, title, version, fault, standings }): readonly Line[] => {
    const name = `${title}${version === null ? '' : ` ${visible(version)}`}`;
    const head = pieced([line(`  ${connector}${' '.repeat(column - connector.length)}`, 'strong'), line(name)]);
    if (fault !== null) return [head, ...labelled(pad, visible(fault), width).map((text) => line(text, 'caution'))];
    if (standings.length === 0) return [head, line(`${pad}not connected`, 'quiet')];
    return [
      head,
      ...standings.flatMap((standing) => {
        const { text, tone } = standingWord(standing, now);
        const where = standing.scope === null ? '' : `${standing.scope}: `;
        const open = standing.gaps.length === 0 ? '' : `; ${openText(standing.gaps)}`;
        return labelled(pad, `${where}${text}${open}`, width).map((each) => line(each, tone));
      }),
    ];
  });
  return [
    ...(rows.length === 0
      ? [line('none of the agents it knows is installed here')]
      : [line('installed here:'), ...lines]),
    ...(missing.length === 0
      ? []
      : [line(''), ...labelled('not found: ', missing.join(', '), width).map((text) => line(text, 'quiet'))]),
  ];
}

/** A file before and after. */
export interface PlannedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

/** What would be written, line by line. Bytes that do not show are shown as numbers. */
export function planFileLines({ path, before, after }: PlannedFile): readonly Line[] {
  if (before === after) return [line(`${visible(path)}: stays as it is`, 'quiet')];
  const rows = (text: string): readonly string[] => visibleLines(text.endsWith('\n') ? text.slice(0, -1) : text);
  return [
    line(`${visible(path)}${before === null ? ' (new)' : ''}`, 'strong'),
    ...diffLines(lineDiff(before === null || before === '' ? [] : rows(before), rows(after))),
  ];
}

export interface PlanText {
  readonly connector: ConnectorName;
  readonly title: string;
  readonly version: string | null;
  readonly scope: NonNullable<Standing['scope']>;
  readonly mode: NonNullable<Standing['mode']>;
  readonly files: readonly PlannedFile[];
  readonly warnings: readonly string[];
  readonly gaps: readonly Gap[];
  readonly agent: string | null;
  readonly changes: boolean;
}

/** `castellan connect X --dry-run`. */
export function planLines(plan: PlanText, width: number): readonly Line[] {
  const { title, version, scope, mode, files, warnings, gaps, agent, changes } = plan;
  return [
    line(
      `${title}${version === null ? '' : ` ${visible(version)}`}: ${scope} (${scopeWords(scope)}), ${mode}`,
      'strong',
    ),
    ...files.flatMap((file) => [line(''), ...planFileLines(file)]),
    ...warnings.flatMap((text) => labelled('note: ', visible(text), width).map((each) => line(each, 'caution'))),
    line(''),
    ...openLines(gaps, width),
    line(''),
    line(
      changes
        ? 'nothing was changed; without `--dry-run` it is done, with a backup of each file'
        : `connected already as ${agent ?? 'an agent'}: nothing to change`,
      'quiet',
    ),
  ];
}

/** The announced ways past, in plain words. */
export const openLines = (gaps: readonly Gap[], width: number): readonly Line[] =>
  gaps.length === 0
    ? [line('no way past it is known')]
    : [line('what it cannot hold, as it is connected:', 'strong'), ...gapLines(gaps, width)];

/** What to do next, each with why. */
export function nextLines(steps: readonly (readonly [string, string])[]): readonly Line[] {
  const column = Math.max(...steps.map(([what]) => textWidth(what))) + 2;
  return [
    line('next:'),
    ...steps.map(([what, why]) =>
      pieced([line(`  ${what}${' '.repeat(column - textWidth(what))}`, 'strong'), line(why)]),
    ),
  ];
}
