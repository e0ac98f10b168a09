// One version beside what it would replace, as a person reviews it (S4).
import type { Digest, Instant, ScriptReview, ScriptVersion } from '@castellan/contract';
import type { Parts } from '../../surfaces/index.ts';
import { type Answer, done, fault } from '../answer.ts';
import type { Book } from '../keep/book.ts';
import type { Sources } from '../keep/sources.ts';
import { knownFrom } from './facts.ts';
import { findingsOf } from './findings.ts';
import { wordsOf } from './words.ts';

export interface ReviewHost {
  readonly book: Book;
  readonly sources: Sources;
  readonly factorNeeded: boolean;
}
type Rooms = Pick<Parts, 'exits' | 'policy' | 'vault'>;

/** Until when it was the approved one; null: it never was, or is. */
const wasApproved = ({ state }: ScriptVersion): Instant | null =>
  state.kind === 'superseded' || state.kind === 'disabled' ? state.at : null;

/**
 * The approved version, else the one that was approved last. Never one that nobody approved: beside a program that was refused, the
 * same program would be a change of one line.
 */
function comparedWith(book: Book, { script, digest }: ScriptVersion): ScriptVersion | null {
  const approved = book.approved(script);
  if (approved !== null && approved.digest !== digest) return approved;
  const before = book.of(script).filter((version) => version.digest !== digest && wasApproved(version) !== null);
  return before.sort((a, b) => (wasApproved(b) ?? 0) - (wasApproved(a) ?? 0))[0] ?? null;
}

export function reviewOf(
  { book, sources, factorNeeded }: ReviewHost,
  { exits, policy, vault }: Rooms,
  script: string,
  digest: Digest,
): Answer<Omit<ScriptReview, 'tests' | 'runs'>> {
  const version = book.find(script, digest);
  if (version === null)
    return fault('unknown', 'script_not_found', 'no such version', '`castellan scripts show NAME` lists them');
  const kept = sources.read(version.source);
  if (kept.kind === 'modified')
    return fault('conflict', 'script_modified', `it is not what was proposed: ${kept.why}`, 'propose it again');
  const known = knownFrom(policy.policy, vault.list(), (text) => exits.text(text) === text);
  const approved = book.approved(script);
  const other = comparedWith(book, version);
  const read = other === null ? null : sources.read(other.source);
  const against = other !== null && read?.kind === 'source' ? { version: other, text: read.source } : null;
  const findings = findingsOf({ version, text: kept.source }, known, approved);
  const before = against === null ? null : { version: against.version, findings: findingsOf(against, known, approved) };
  return done({
    version,
    text: kept.source,
    against,
    words: [...wordsOf({ version, findings }, before, known, (name, at) => book.find(name, at))],
    factorNeeded,
  });
}
