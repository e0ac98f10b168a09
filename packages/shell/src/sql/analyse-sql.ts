// What a text of SQL does to a database and beyond it. INVARIANT: never throws, never answers with nothing; without a dialect
// the text is read in every one, and the worst of them counts.

import { type SqlEffect, simple } from './effect.ts';
import { DIALECTS, type Dialect, lexSql, statementsOf } from './lex.ts';
import { effectsOf } from './statement.ts';

export interface SqlOptions {
  readonly dialect?: Dialect;
}

/** Longer text is not read by a person either. */
export const MAX_SQL = 65_536;
const MAX_STATEMENTS = 200;

/**
 * What SQL would do, statement by statement: at least one effect, the same one once. `dialect` says whose SQL it is; without
 * one it is read as each and all effects count. Synchronous, never throws; text of more than MAX_SQL characters is `unknown`.
 */
export function analyseSql(text: string, { dialect }: SqlOptions = {}): readonly SqlEffect[] {
  if (text.length > MAX_SQL) return tooMuch(`longer than ${MAX_SQL} characters`, text);
  const found = new Map<string, SqlEffect>();
  for (const each of dialect === undefined ? DIALECTS : [dialect])
    for (const effect of analyseIn(text, each)) {
      const key = JSON.stringify([effect.kind, effect.target, effect.certainty, effect.resource, effect.note]);
      if (!found.has(key)) found.set(key, effect);
    }
  return [...found.values()];
}

function analyseIn(text: string, dialect: Dialect): readonly SqlEffect[] {
  const { tokens, open } = lexSql(text, dialect);
  const statements = statementsOf(tokens);
  if (statements.length > MAX_STATEMENTS) return tooMuch(`more than ${MAX_STATEMENTS} statements`, text);
  const effects = statements.flatMap((statement) => effectsOf(statement));
  if (open) return [...effects, ...tooMuch('a string or a comment that does not end', text)];
  return effects.length === 0 ? [simple('read', 'nothing')] : effects;
}

function tooMuch(note: string, text: string): readonly SqlEffect[] {
  const unknown = simple('unknown', text.slice(0, 80), 'database', note);
  return /\b(?:drop|truncate|delete)\b/i.test(text)
    ? [unknown, { ...simple('delete', 'database'), certainty: 'possible' }]
    : [unknown];
}
