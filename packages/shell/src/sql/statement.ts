// One statement of SQL: which verb stands where, which table it means, whether it is limited to some rows. INVARIANT: a verb
// that changes something counts wherever it stands (in a common table expression, behind a statement without `;`).
import type { Certainty, TargetKind } from '@castellan/contract';
import { closing, isSign, isWord, type SqlEffect, simple } from './effect.ts';
import { NOT_FUNCTIONS, PURE, REACHING } from './functions.ts';
import type { Token } from './lex.ts';
import { readsOf, VERBS } from './verbs.ts';

/** Behind these a verb is part of a clause: `FOR UPDATE`, `ON DELETE`, `t.update`. */
const CLAUSE: ReadonlySet<string> = new Set([
  'FOR',
  'ON',
  'DO',
  'AFTER',
  'BEFORE',
  'OF',
  'OR',
  'THEN',
  'KEY',
  'NOT',
  'GRANT',
  'REVOKE',
]);

const QUERIES: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'FROM']);
const MAX_VERBS = 32;

export function effectsOf(tokens: readonly Token[]): readonly SqlEffect[] {
  const found: SqlEffect[] = [];
  const [first] = tokens;
  const start = tokens.findIndex((token) => !isSign(token, '('));
  const head = tokens[start];
  const rule = head?.kind === 'word' ? VERBS.get(head.upper) : undefined;
  if (head === undefined || rule === undefined) return untold(tokens, first);
  const explained =
    isWord(head, 'EXPLAIN', 'DESCRIBE', 'DESC') && !tokens.some((token) => isWord(token, 'ANALYZE', 'ANALYSE'));
  if (explained) return [simple('read', 'plan of a statement')];
  let verbs = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const own = VERBS.get(token.upper);
    if (own === undefined || (index !== start && (!own.anywhere || !startsHere(tokens, index)))) continue;
    verbs += 1;
    // Each looks through what follows it: more than these no statement needs.
    if (verbs > MAX_VERBS) return [...found, ...untold(tokens, first)];
    found.push(...own.read(tokens, index));
    if (own.whole === true && index === start) return found;
  }
  // `INSERT INTO a SELECT * FROM b`
  if (!QUERIES.has(head.upper) && tokens.some((token) => isWord(token, 'SELECT'))) found.push(...readsOf(tokens));
  found.push(...functionsOf(tokens));
  return found;
}

function startsHere(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const next = tokens[index + 1];
  if (isSign(before, '.') || isSign(next, '.') || isSign(next, '(') || isSign(next, '=')) return false;
  if (before?.kind === 'word' && CLAUSE.has(before.upper)) return false;
  // A column of that name: `SELECT delete, update FROM t`.
  return !(isSign(next, ',') || next === undefined || isSign(next, ')'));
}

function untold(tokens: readonly Token[], first: Token | undefined): readonly SqlEffect[] {
  const words = tokens.filter((token) => isWord(token, 'DROP', 'TRUNCATE', 'DELETE'));
  const unknown = simple('unknown', first?.text ?? '', 'database', 'a statement that is not known');
  return words.length === 0 ? [unknown] : [unknown, { ...simple('delete', 'database'), certainty: 'possible' }];
}

/** Functions that are called, of which only those that are known to compute a value do nothing else. */
function functionsOf(tokens: readonly Token[]): readonly SqlEffect[] {
  const found: SqlEffect[] = [];
  for (const [index, token] of tokens.entries()) {
    if (!isSign(tokens[index + 1], '(') || (token.kind !== 'word' && token.kind !== 'name')) continue;
    const name = token.text.toUpperCase();
    const reaching = REACHING.get(name);
    if (reaching !== undefined) {
      const argument = tokens[index + 2];
      const given = argument?.kind === 'string' ? argument.text : undefined;
      const target = reaching.target === 'text' || reaching.target === 'command' ? (given ?? token.text) : given;
      const targetKind: TargetKind = target === undefined ? 'text' : reaching.target;
      const certainty: Certainty =
        reaching.resource === 'inline-code' ? 'unknown' : target === undefined ? 'possible' : 'certain';
      const { kind, resource, note } = reaching;
      found.push({
        kind,
        target: target ?? token.text,
        targetKind,
        certainty,
        note,
        ...(resource === undefined ? {} : { resource }),
      });
      continue;
    }
    if (token.kind === 'word' && (PURE.has(name) || NOT_FUNCTIONS.has(name))) continue;
    if (isName(tokens, index)) continue;
    found.push({ ...simple('unknown', token.text, 'database', 'a function that may do more than compute a value') });
  }
  return found;
}

/** A table with its columns, a common table expression, an index: `INTO t (a)`, `WITH t (a) AS`, `ON t (a)`, `AS t (a)`. */
function isName(tokens: readonly Token[], index: number): boolean {
  let at = index - 1;
  while (isSign(tokens[at], '.')) at -= 2;
  const before = tokens[at];
  if (
    isWord(
      before,
      'INTO',
      'WITH',
      'RECURSIVE',
      'TABLE',
      'AS',
      'ON',
      'REFERENCES',
      'EXISTS',
      'INDEX',
      'VIEW',
      'KEY',
      'CONSTRAINT',
      'COPY',
      'USING',
      'ANALYZE',
      'OVERWRITE',
    )
  )
    return !isWord(before, 'ON', 'EXISTS', 'USING') || isWord(tokens[0], 'CREATE', 'ALTER', 'DROP');
  // `WITH a AS (…), b (x) AS (…)`
  return isSign(before, ',') && isWord(tokens[closing(tokens, index + 1) + 1], 'AS') && isWord(tokens[0], 'WITH');
}
