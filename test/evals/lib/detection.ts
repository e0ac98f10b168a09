// Scores of a search for unknown secrets: over the published rows of secrets and near-misses, and over ordinary texts, where
// anything found is false.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot } from '@castellan/testkit';
import { nl2bashRows, readRows, tldrRows } from './rows.ts';

export interface SecretRow {
  readonly id: string;
  readonly rule: string;
  readonly label: 'secret' | 'benign';
  readonly text: string;
  /** Of all 6,136 spans each is the same in bytes, in UTF-16 units and in code points. */
  readonly start?: number;
  readonly end?: number;
  readonly secret?: string;
  readonly path?: string;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans in bytes of the UTF-8 text. */
export type Search = (text: Uint8Array, path?: string) => readonly Span[] | Promise<readonly Span[]>;

export interface Recall {
  readonly secrets: number;
  /** The span found is the secret, byte for byte. */
  readonly exact: number;
  /** The span found is the secret or more: nothing of it is left. */
  readonly covered: number;
  /** Some of the secret was found. */
  readonly touched: number;
  readonly nearMisses: number;
  /** Near-misses where something was found. */
  readonly falselyFound: number;
  /** The same without rows that hold what another row of the set calls a secret (a row is a near-miss of one rule only). */
  readonly plainNearMisses: number;
  readonly plainFalselyFound: number;
  readonly missed: readonly SecretRow[];
  readonly wrong: readonly SecretRow[];
}

export const secretRows = (): readonly SecretRow[] | null => readRows('secrets/gitleaks.jsonl.gz');

const overlaps = (a: Span, start: number, end: number): boolean => a.start < end && a.end > start;

export async function scoreRows(rows: readonly SecretRow[], search: Search): Promise<Recall> {
  const encoder = new TextEncoder();
  const known = new Set(
    rows.flatMap(({ label, secret }) => (label === 'secret' && secret !== undefined ? [secret] : [])),
  );
  const long = [...known].filter((secret) => secret.length >= 20);
  const missed: SecretRow[] = [];
  const wrong: SecretRow[] = [];
  let [secrets, exact, covered, touched, plainNearMisses, plainFalselyFound] = [0, 0, 0, 0, 0, 0];
  for (const row of rows) {
    const spans = await search(encoder.encode(row.text), row.path);
    const { start, end } = row;
    if (row.label === 'secret') {
      secrets++;
      if (start === undefined || end === undefined) continue;
      if (spans.some((span) => span.start === start && span.end === end)) exact++;
      if (spans.some((span) => span.start <= start && span.end >= end)) covered++;
      else missed.push(row);
      if (spans.some((span) => overlaps(span, start, end))) touched++;
      continue;
    }
    const found =
      start === undefined || end === undefined ? spans.length > 0 : spans.some((span) => overlaps(span, start, end));
    const another = long.some((secret) => row.text.includes(secret));
    if (!another) plainNearMisses++;
    if (!found) continue;
    wrong.push(row);
    if (!another) plainFalselyFound++;
  }
  const nearMisses = rows.length - secrets;
  return {
    secrets,
    exact,
    covered,
    touched,
    nearMisses,
    falselyFound: wrong.length,
    plainNearMisses,
    plainFalselyFound,
    missed,
    wrong,
  };
}

/** The commands of both ordinary sets; null where they are not present. */
export function ordinaryCommands(): readonly string[] | null {
  const [nl2bash, tldr] = [nl2bashRows(), tldrRows()];
  return nl2bash === null || tldr === null ? null : [...nl2bash, ...tldr].map(({ command }) => command);
}

const KINDS = /\.(?:[cm]?js|d\.ts|ts|json|md|ya?ml|css|html|sh|map)$/;
/**
 * Where made-up credentials stand on purpose; a manual of one-time codes shows a seed, which is one. Our own bundles are named
 * by what is in them, so that with each change another sample would be drawn.
 */
const MADE_UP =
  /(?:^|\/)(?:tests?|__tests__|spec|fixtures|examples?)\/|\.(?:test|spec)\.|secretlint|redact|otpauth\/README|^packages\/\w+\/dist\//;
const MOST_BYTES = 400_000;

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.')) yield* filesUnder(path);
    else if (entry.isFile() && KINDS.test(entry.name) && statSync(path).size <= MOST_BYTES) yield path;
  }
}

/** Ordinary sources: of what is installed and of this repository, in an order that only their paths decide. */
export function ordinarySources(count: number): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return ['node_modules', 'packages', 'docs', 'tools', 'bench']
    .flatMap((folder) => [...filesUnder(inRoot(folder))])
    .map((path) => relative(inRoot(), path))
    .filter((path) => !MADE_UP.test(path))
    .map((path) => ({ path, order: createHash('sha256').update(path).digest('hex') }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, count)
    .map(({ path }) => ({ path, bytes: readFileSync(inRoot(path)) }));
}
