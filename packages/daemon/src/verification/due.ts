// Why an agent should be proven again, and whether that is reason enough to do it unasked. Pure.
import { createHash } from 'node:crypto';
import type { Connection } from '@castellan/agents';
import type { Config, Digest, Instant, Verification } from '@castellan/contract';

const DAY_MS = 24 * 60 * 60_000;

export interface DueFacts {
  readonly verification: Verification | null;
  /** Of the client that is installed now; null: not known. */
  readonly version: string | null;
  /** Of how it is connected now (`entriesOf`). */
  readonly entries: Digest;
  /** That its hooks do not count now, as somebody saw; null: nobody did. */
  readonly alarm: string | null;
  readonly config: Config['verify'];
  readonly now: Instant;
}

export interface Due {
  /** For a person; empty: no reason. */
  readonly text: string;
  readonly unasked: boolean;
}

/** What a proof is about, beside the client's version: where and how it is connected, and what was written. */
export function entriesOf({ connector, scope, mode, ownTools, files }: Connection): Digest {
  const facts = [connector, scope, mode, ownTools, ...files.map(({ path, written }) => [path, written])];
  return `sha256:${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}`;
}

/** Whether the installed client is another one than was proven. */
export const isAnother = ({ verification, version }: Pick<DueFacts, 'verification' | 'version'>): boolean =>
  version !== null &&
  verification !== null &&
  verification.state !== 'running' &&
  verification.version !== null &&
  verification.version !== version;

export function dueOf({ verification, version, entries, alarm, config, now }: DueFacts): Due {
  if (verification?.state === 'running') return { text: '', unasked: false };
  if (verification === null) return { text: 'it was never proven', unasked: config.everyDays > 0 };
  if (isAnother({ verification, version }))
    return {
      text: `version ${version} is installed, and ${verification.version} was proven`,
      unasked: config.onUpgrade,
    };
  if (verification.entries !== undefined && verification.entries !== entries)
    return { text: 'it was connected in another way since', unasked: config.onUpgrade };
  const days = Math.floor((now - (verification.endedAt ?? verification.startedAt)) / DAY_MS);
  const old = config.everyDays > 0 && days >= config.everyDays;
  if (verification.state === 'not-held') return { text: 'it did not hold', unasked: old };
  if (verification.state === 'failed') return { text: 'the last verification could not be carried out', unasked: old };
  if (alarm !== null) return { text: alarm, unasked: false };
  return old ? { text: `it was proven ${days} days ago`, unasked: true } : { text: '', unasked: false };
}
