// Scripts in words: how a version stands, what it may use and used, what a run came to. Pure.
import type {
  Capabilities,
  Digest,
  Inspection,
  JsonValue,
  QuotaUse,
  ScriptLimits,
  ScriptQuota,
  ScriptRun,
  ScriptSummary,
  ScriptUsed,
  ScriptVersion,
  VersionState,
} from '@castellan/contract';

import { countText } from '../kit/time-text.ts';
import type { Tone } from '../kit/tone.ts';
import { lasting } from '../kit/words.ts';

export interface Standing {
  readonly word: string;
  readonly tone: Tone;
}

const STANDING: Readonly<Record<VersionState['kind'], Standing>> = {
  pending: { word: 'waits for review', tone: 'warn' },
  approved: { word: 'approved', tone: 'good' },
  rejected: { word: 'rejected', tone: 'bad' },
  disabled: { word: 'disabled', tone: 'bad' },
  superseded: { word: 'replaced', tone: 'plain' },
};
export const standingOf = ({ kind }: VersionState): Standing => STANDING[kind];

export interface ScriptGroups {
  readonly waiting: readonly ScriptSummary[];
  readonly approved: readonly ScriptSummary[];
  /** Nothing of them runs: disabled, rejected, or replaced by nothing. */
  readonly off: readonly ScriptSummary[];
}

/** What waits for a person first, and in it what waits longest. A script with both stands where it waits. */
export function scriptGroups(scripts: readonly ScriptSummary[]): ScriptGroups {
  const byName = scripts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const since = ({ pending }: ScriptSummary): number => pending.at(-1)?.proposedAt ?? 0;
  return {
    waiting: byName.filter(({ pending }) => pending.length > 0).toSorted((a, b) => since(a) - since(b)),
    approved: byName.filter(({ pending, approved }) => pending.length === 0 && approved !== null),
    off: byName.filter(({ pending, approved }) => pending.length === 0 && approved === null),
  };
}

/** Versions that wait, oldest first: rows of the inbox. */
export const waitingVersions = (scripts: readonly ScriptSummary[]): readonly ScriptVersion[] =>
  scripts.flatMap(({ pending }) => pending).toSorted((a, b) => a.proposedAt - b.proposedAt);

const KIB = 1024;
/** `512 bytes`, `12 KB`, `1.5 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < KIB) return countText(bytes, 'byte');
  if (bytes < KIB * KIB) return `${Math.round(bytes / KIB)} KB`;
  const mb = bytes / KIB / KIB;
  return `${mb < 10 && !Number.isInteger(mb) ? mb.toFixed(1) : Math.round(mb)} MB`;
}

/** `50M`, `1.2M`, `20k`. */
export function stepsText(steps: number): string {
  if (steps < 10_000) return String(steps);
  const [of, unit] = steps < 1_000_000 ? [1000, 'k'] : [1_000_000, 'M'];
  const many = steps / of;
  return `${many < 10 && !Number.isInteger(many) ? many.toFixed(1) : Math.round(many)}${unit}`;
}

/** `14 ms`, `2.1 s`. */
export const momentText = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : lasting(ms));

export interface Use {
  readonly of: string;
  readonly used: string;
  readonly most: string;
  /** 0 to 1. */
  readonly share: number;
}
const use = (of: string, used: number, most: number, text: (value: number) => string): Use => ({
  of,
  used: text(used),
  most: text(most),
  share: most === 0 ? Number(used > 0) : Math.min(1, used / most),
});

/** What a run used of what it might. A person's answer is waited for outside of its time. */
export function runUses(used: ScriptUsed, limits: ScriptLimits): readonly Use[] {
  const running = Math.max(0, used.wallMs - used.waitedMs);
  return [
    use('Time', running, limits.seconds * 1000, momentText),
    use('Steps', used.steps, limits.steps, stepsText),
    use('Memory', used.memoryBytes, limits.memoryBytes, bytesText),
    use('Output', used.outputBytes, limits.outputBytes, bytesText),
    use('Host calls', used.calls, limits.calls, String),
  ];
}

/** What a script used today of what it may in a day. */
export function quotaUses(today: QuotaUse, quota: ScriptQuota): readonly Use[] {
  return [
    use('Runs', today.runs, quota.runs, String),
    use('Running', today.seconds * 1000, quota.seconds * 1000, lasting),
    use('Host calls', today.calls, quota.calls, String),
    use('Received', today.bytes, quota.bytes, bytesText),
  ];
}

/** `12 runs today, 40 s, 31 host calls, 1.2 MB received`; what is nothing is left out. */
export function todayWords({ runs, seconds, calls, bytes }: QuotaUse): string {
  if (runs === 0) return 'not run today';
  const parts = [
    lasting(seconds * 1000),
    ...(calls === 0 ? [] : [countText(calls, 'host call')]),
    ...(bytes === 0 ? [] : [`${bytesText(bytes)} received`]),
  ];
  return `${countText(runs, 'run')} today: ${parts.join(', ')}`;
}

const OUTCOMES: Readonly<Record<ScriptRun['outcome'], Standing>> = {
  running: { word: 'running', tone: 'accent' },
  succeeded: { word: 'succeeded', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  killed: { word: 'killed at a limit', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'plain' },
  unknown: { word: 'outcome not known', tone: 'warn' },
};
export const outcomeOf = (outcome: ScriptRun['outcome']): Standing => OUTCOMES[outcome];

export const RUN_KINDS: Readonly<Record<ScriptRun['kind'], string>> = {
  run: 'run',
  test: 'test run',
  eval: 'run without anything',
};

/** What a recorded call says of itself: whether anything left the machine. */
export const CALL_OUTCOMES: Readonly<Record<ScriptRun['calls'][number]['outcome'], Standing>> = {
  live: { word: 'done', tone: 'plain' },
  recorded: { word: 'noted, not done', tone: 'accent' },
  refused: { word: 'refused', tone: 'bad' },
};

/** Being decided, waiting for a person, or on its way. */
export const UNDER_WAY: Standing = { word: 'under way', tone: 'accent' };

export type ReadArguments =
  | { readonly ok: true; readonly args: readonly JsonValue[] }
  | { readonly ok: false; readonly why: string };

/** A JSON list; nothing typed is an empty one. */
export function readArguments(text: string): ReadArguments {
  if (text.trim() === '') return { ok: true, args: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'this is no JSON: write a list, as ["tea", 3]' };
  }
  if (!Array.isArray(value)) return { ok: false, why: 'write a list: one value for each parameter, as ["tea", 3]' };
  return value.length > 32
    ? { ok: false, why: 'at most 32 values' }
    : { ok: true, args: value as readonly JsonValue[] };
}

/** `main(week, dry = True)`. */
export const signature = ({ entry, parameters }: Pick<ScriptVersion, 'entry' | 'parameters'>): string =>
  entry === 'main' ? `main(${parameters.join(', ')})` : 'result';

export const limitWords = (limits: ScriptLimits): string =>
  [
    `${limits.seconds} s`,
    `${stepsText(limits.steps)} steps`,
    `${bytesText(limits.memoryBytes)} of memory`,
    `${bytesText(limits.outputBytes)} of output`,
    countText(limits.calls, 'host call'),
  ].join(', ');

export interface Ability {
  readonly kind: 'secret' | 'host' | 'tool' | 'load' | 'limit';
  readonly text: string;
}

/** What a source that nobody proposed yet would be allowed to do, worst first. */
export function abilitiesOf(
  capabilities: Omit<Capabilities, 'loads'>,
  loads: Extract<Inspection, { kind: 'sound' }>['loads'],
): readonly Ability[] {
  return [
    ...capabilities.secrets.map((name): Ability => ({ kind: 'secret', text: `uses the secret \`${name}\`` })),
    ...capabilities.tools.map((tool): Ability => ({ kind: 'tool', text: `calls the tool \`${tool}\`` })),
    ...capabilities.hosts.map((host): Ability => ({ kind: 'host', text: `connects to \`${host}\`` })),
    ...loads.map((script): Ability => ({ kind: 'load', text: `loads the script \`${script}\`` })),
    { kind: 'limit', text: `at most ${limitWords(capabilities.limits)}` },
  ];
}

const SHA256 = 'sha256:';

/** Where a version is reviewed: of its digest the digits alone, since an address of the page has no colon. */
export const versionPlace = (script: string, digest: string): { readonly name: string; readonly digest: string } => ({
  name: script,
  digest: digest.replace(SHA256, ''),
});
export const digestOfPlace = (digits: string): Digest => `${SHA256}${digits}`;

/** The first digits of a digest, which people compare. */
export const shortDigest = (digest: string): string => digest.replace(SHA256, '').slice(0, 12);

/** What a person begins with. */
export const TEMPLATE = `# @description: What it is for, in one line
# @limits: time=30s calls=10

def main(name):
    log.info("begun")
    return "hello " + name
`;
