// The evaluation sets as typed rows. They are material of others: a row is only ever read, never run.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { evals } from '@castellan/testkit';

export interface BypassRow {
  readonly id: string;
  readonly label: 'malicious' | 'benign';
  readonly family: string;
  readonly command: string;
  readonly hidden_effect?: string;
}
export interface OrdinaryRow {
  readonly id: string;
  readonly command: string;
  /** nl2bash only: whether a word of the command looks as if it changed something. */
  readonly mutating_heuristic?: boolean;
}
/** What the tests of another guard expect of it. */
export interface PeerRow {
  readonly id: string;
  readonly command: string;
  readonly expected: 'allow' | 'deny';
  readonly context: string;
}

/** The rows of a set, or null, and a line that says so, where the sets are not present. */
export function readRows<Row>(path: string): readonly Row[] | null {
  const file = evals(path);
  if (file === null) return null;
  const bytes = readFileSync(file);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim();
  return text.split('\n').map((line): Row => JSON.parse(line));
}

export const bypassRows = (): readonly BypassRow[] | null => readRows('shell/bypass.dev.jsonl');
export const peerRows = (): readonly PeerRow[] | null => readRows('shell/peer_safety_net.jsonl');
export const nl2bashRows = (): readonly OrdinaryRow[] | null => readRows('shell/nl2bash_2000.jsonl');
export const tldrRows = (): readonly OrdinaryRow[] | null => readRows('shell/tldr_2000.jsonl');
