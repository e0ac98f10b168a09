// Scripts in words: a version, what it may do, a run. The same in every command.
import type {
  QuotaUse,
  RunSummary,
  ScriptQuota,
  ScriptReview,
  ScriptRun,
  ScriptSummary,
  ScriptVersion,
  VersionState,
} from '@castellan/contract';
import { diffLines, lineDiff } from '../../text/line-diff.ts';
import { plainLines, sourceLines } from '../../text/source-lines.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { instant, plural, whoText } from '../../text/words.ts';
import { fitted, labelled, table, textWidth } from '../../text/wrap.ts';
import { shortId } from '../pending.ts';

/** Enough to tell versions apart; the whole digest stands where one is approved. */
export const shortDigest = (digest: string): string => digest.slice(7, 19);

export function stateWords(state: VersionState): string {
  switch (state.kind) {
    case 'pending':
      return 'waits for a person';
    case 'approved':
      return `approved by ${whoText(state.by)}, ${instant(state.at)}`;
    case 'rejected':
      return `rejected by ${whoText(state.by)}: ${visible(state.reason)}`;
    case 'disabled':
      return `disabled by ${whoText(state.by)}${state.reason === '' ? '' : `: ${visible(state.reason)}`}`;
    case 'superseded':
      return `superseded by ${shortDigest(state.by)}, ${instant(state.at)}`;
  }
}

export const STATE_TONES = {
  pending: 'caution',
  approved: 'good',
  rejected: 'danger',
  disabled: 'danger',
  superseded: 'quiet',
} as const satisfies Readonly<Record<VersionState['kind'], Line['tone']>>;

/** @param stopped scripts that do not run, by name: `disabled`, `modified`. */
export function listLines(
  scripts: readonly ScriptSummary[],
  stopped: ReadonlyMap<string, string>,
  width: number,
): readonly string[] {
  if (scripts.length === 0) return ['no scripts: an agent proposes one, or `castellan scripts propose FILE`'];
  return fitted(
    scripts.map(({ name, approved, pending, latest, lastRun, today, description }) => [
      name,
      [
        ...(approved !== null
          ? [`version ${approved.number} approved`]
          : latest.state.kind === 'pending' && !stopped.has(name)
            ? ['none approved']
            : latest.state.kind === 'pending' || stopped.has(name)
              ? []
              : [latest.state.kind]),
        ...(stopped.has(name) ? [stopped.get(name)] : []),
      ].join(', '),
      pending.length === 0 ? '' : `${pending.length} to review`,
      lastRun === null ? 'never ran' : `${lastRun.outcome} ${instant(lastRun.startedAt).slice(0, 16)}`,
      [...(today.runs > 0 ? [`${plural(today.runs, 'run')} today`] : []), visible(description)]
        .filter((part) => part !== '')
        .join(', '),
    ]),
    width,
  );
}

/** How somebody is called whom a record names. */
export type Who = (by: string) => string;

export function versionRows(versions: readonly ScriptVersion[], who: Who, width: number): readonly string[] {
  return fitted(
    versions.map(({ number, digest, proposedAt, author, state }) => [
      `  version ${number}`,
      shortDigest(digest),
      instant(proposedAt),
      `by ${who(author)}`,
      stateWords(state),
    ]),
    width,
  );
}

export function headLines({ version }: Pick<ScriptReview, 'version'>, width: number, who: Who): readonly Line[] {
  const { script, number, digest, about, author, note, proposedAt, state, bytes, entry, parameters } = version;
  const called = entry === 'main' ? `main(${parameters.map(visible).join(', ')})` : 'no main: its `result`';
  const of = [
    about.author === '' ? '' : `by ${visible(about.author)}`,
    about.version === '' ? '' : visible(about.version),
  ];
  return [
    line(`${script}, version ${number}`, 'strong'),
    line(stateWords(state), STATE_TONES[state.kind]),
    ...[
      ['digest   ', digest],
      ['about    ', [visible(about.description), ...of].filter((part) => part !== '').join(', ')],
      ['proposed ', `by ${who(author)}, ${instant(proposedAt)}`],
      ['why      ', visible(note)],
      ['starts   ', `${called}, ${plural(bytes, 'byte')}`],
    ]
      .filter(([, text]) => text !== '')
      .flatMap(([label = '', text = '']) => labelled(label, text, width))
      .map((text) => line(text)),
  ];
}

const CHANGES = {
  same: ['  ', 'plain'],
  added: ['+ ', 'caution'],
  removed: ['- ', 'quiet'],
  changed: ['~ ', 'caution'],
} as const;

/** What it may do, a sentence each; what is new against the version before is marked. */
export function capabilityLines({ words, against }: ScriptReview, width: number): readonly Line[] {
  const title =
    against === null ? 'what it may do' : `what it may do; + and - against version ${against.version.number}`;
  return [
    line(title, 'strong'),
    ...(words.length === 0 ? [line('  nothing but compute')] : []),
    ...words.flatMap(({ kind, text, change }) => {
      const [sign, tone] = CHANGES[change];
      return labelled(sign, visible(text), width).map((each) => line(each, kind === 'finding' ? 'danger' : tone));
    }),
  ];
}

export function sourcePart({ text }: ScriptReview): readonly Line[] {
  return [line('source', 'strong'), ...sourceLines(text)];
}

export function diffPart({ text, against }: ScriptReview): readonly Line[] {
  if (against === null) return [line('there is no version before it to compare with', 'quiet')];
  const lines = diffLines(lineDiff(plainLines(against.text), plainLines(text)));
  return [
    line(`what changed since version ${against.version.number}, ${against.version.state.kind}`, 'strong'),
    ...(lines.length === 0 ? [line('  not a line; what it may do is another', 'caution')] : lines),
  ];
}

export function testPart({ tests }: ScriptReview, width: number): readonly Line[] {
  const [latest] = tests;
  if (latest === undefined) return [line('no test run yet: `castellan scripts test` notes what it would do', 'quiet')];
  return [line(`test run of ${instant(latest.startedAt)}`, 'strong'), ...runLines(latest, width)];
}

const OUTCOMES = {
  running: 'caution',
  succeeded: 'good',
  failed: 'danger',
  killed: 'danger',
  cancelled: 'caution',
  unknown: 'caution',
} as const satisfies Readonly<Record<ScriptRun['outcome'], Line['tone']>>;

const DONE = { live: 'done', recorded: 'noted, not done', refused: 'not done' } as const;
const SCALE = [1024 * 1024, 1024] as const;
export const size = (bytes: number): string =>
  bytes >= SCALE[0]
    ? `${(bytes / SCALE[0]).toFixed(1)} MB`
    : bytes >= SCALE[1]
      ? `${(bytes / SCALE[1]).toFixed(1)} KB`
      : `${bytes} B`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;

/** Everything about one run: calls, output, result or error, what it used. */
export function runLines(run: ScriptRun, width: number): readonly Line[] {
  const { calls, output, error, result, used } = run;
  const called = calls.flatMap(({ text, outcome, answer, verdict }) => {
    const said = [
      DONE[outcome],
      ...(verdict === undefined ? [] : [verdict]),
      ...(answer === '' ? [] : [visible(answer)]),
    ];
    return [
      ...labelled('  → ', visible(text), width).map((each) => line(each, outcome === 'refused' ? 'danger' : 'plain')),
      ...labelled('    ', said.join(', '), width).map((each) => line(each, 'quiet')),
    ];
  });
  const printed = output.flatMap(({ level, text }) =>
    labelled(level === 'print' ? '  ' : `  ${level}: `, visible(text), width).map((each) =>
      line(each, level === 'error' ? 'danger' : level === 'warn' ? 'caution' : 'plain'),
    ),
  );
  return [
    ...called,
    ...printed,
    ...(error === null ? [] : errorLines(run, width)),
    ...(result === undefined
      ? []
      : labelled('  = ', visible(JSON.stringify(result)), width).map((each) => line(each, 'strong'))),
    line(`  ${[run.outcome, ...(used === null ? [] : usedWords(used))].join(', ')}`, OUTCOMES[run.outcome]),
  ];
}

function errorLines({ error }: ScriptRun, width: number): readonly Line[] {
  if (error === null) return [];
  return [
    ...labelled('  ', `${error.code}: ${visible(error.message)}`, width).map((each) => line(each, 'danger')),
    ...error.traceback.map((each) => line(`    ${visible(each)}`, 'quiet')),
    ...(error.hint === undefined ? [] : labelled('  ', visible(error.hint), width).map((each) => line(each, 'quiet'))),
  ];
}

function usedWords(used: NonNullable<ScriptRun['used']>): readonly string[] {
  const { steps, memoryBytes, calls, wallMs, waitedMs } = used;
  const waited = waitedMs < 1000 ? '' : ` (${seconds(waitedMs)} of it waiting for a person)`;
  return [`${seconds(wallMs)}${waited}`, plural(steps, 'step'), size(memoryBytes), plural(calls, 'call')];
}

/** Without the digest where there is no room for it: `castellan scripts log` has it. */
export function runRows(runs: readonly RunSummary[], width: number, who: Who): readonly string[] {
  const rows = (digests: boolean) =>
    runs.map(({ id, kind, script, digest, startedAt, outcome, by, error }) => [
      shortId(id),
      instant(startedAt),
      kind,
      script ?? 'unnamed',
      ...(digests ? [shortDigest(digest)] : []),
      outcome,
      `by ${who(by)}`,
      error === null ? '' : `${error.code}: ${visible(error.message)}`,
    ]);
  const whole = table(rows(true));
  return whole.every((row) => textWidth(row) <= width) ? whole : fitted(rows(false), width);
}

export const quotaLine = (today: QuotaUse, quota: ScriptQuota): string =>
  `today: ${today.runs} of ${plural(quota.runs, 'run')}, ${Math.ceil(today.seconds)} of ${quota.seconds} s, ${today.calls} of ${plural(quota.calls, 'call')}, ${size(today.bytes)} of ${size(quota.bytes)}`;
