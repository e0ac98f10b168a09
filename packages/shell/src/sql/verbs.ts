// What each verb of SQL does, as a table. `anywhere`: it counts in the middle of a statement too.

import { closing, isSign, isWord, type SqlEffect, simple } from './effect.ts';
import type { Token } from './lex.ts';

export interface Rule {
  readonly read: (tokens: readonly Token[], index: number) => readonly SqlEffect[];
  readonly anywhere: boolean;
  /** Nothing else in the statement counts. */
  readonly whole?: boolean;
}

const SKIPPED =
  /^(?:TABLE|INTO|FROM|ONLY|IF|EXISTS|NOT|LOW_PRIORITY|DELAYED|HIGH_PRIORITY|QUICK|IGNORE|OR|ROLLBACK|ABORT|FAIL|REPLACE|OVERWRITE|TEMP|TEMPORARY|UNLOGGED|CONCURRENTLY|RECURSIVE|LOCAL|GLOBAL|UNIQUE|EXTERNAL)$/;

/** The name at or behind an index: `public.users`, `"a b"`. */
export function nameAt(tokens: readonly Token[], index: number): string {
  let at = index;
  while (tokens[at]?.kind === 'word' && SKIPPED.test(tokens[at]?.upper ?? '')) at += 1;
  // T-SQL: `DELETE TOP (10) FROM t`.
  if (isWord(tokens[at], 'TOP'))
    return nameAt(tokens, isSign(tokens[at + 1], '(') ? closing(tokens, at + 1) + 1 : at + 2);
  let name = '';
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'number' || (token.kind === 'sign' && token.text !== '.')) break;
    if (name !== '' && !name.endsWith('.') && token.text !== '.') break;
    name += token.text;
  }
  return name.slice(0, 120) || 'database';
}

const ALWAYS_TRUE = /^(?:TRUE|1|1=1|1>0|\(1=1\)|\(TRUE\)|''=''|NOTFALSE|1OR1|1LIKE1)$/;

/** What limits a change to some rows: a `WHERE` on the same level that is not always true. */
function isLimited(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index; at < tokens.length; at += 1) {
    if (isSign(tokens[at], '(')) depth += 1;
    else if (isSign(tokens[at], ')')) {
      depth -= 1;
      if (depth < 0) return false;
    } else if (depth === 0 && isWord(tokens[at], 'WHERE', 'LIMIT')) {
      const end = tokens.findIndex(
        (token, position) =>
          position > at && (isWord(token, 'RETURNING', 'ORDER', 'LIMIT', 'OPTION') || isSign(token, ';')),
      );
      const condition = tokens
        .slice(at + 1, end < 0 ? tokens.length : end)
        .map(({ kind, text }) => (kind === 'string' ? `'${text}'` : text.toUpperCase()))
        .join('');
      return (
        isWord(tokens[at], 'LIMIT') ||
        !(
          ALWAYS_TRUE.test(condition) ||
          /(?:^|[^\w])OR\(?(?:1=1|TRUE|'?(\w+)'?='?\1'?)\)?$/.test(condition.replace(/OR(?=1=1|TRUE)/, ' OR'))
        )
      );
    }
  }
  return false;
}

const text =
  (kind: SqlEffect['kind'], what: string): Rule['read'] =>
  (tokens, index) => [simple(kind, `${what}${nameAt(tokens, index + 1)}`)];
const fixed = (...effects: readonly SqlEffect[]): Rule => ({ read: () => effects, anywhere: false });
const starting = (read: Rule['read']): Rule => ({ read, anywhere: false });
const anywhere = (read: Rule['read']): Rule => ({ read, anywhere: true });

const SECRET =
  /^(?:(?:pg_catalog\.)?pg_(?:shadow|authid|user_mappings?)|mysql\.(?:user|global_priv)|sys\.(?:sql_logins|credentials)|duckdb_secrets)$/i;
const readOf = (table: string): SqlEffect => simple('read', table, SECRET.test(table) ? 'credentials' : 'database');

/** Tables behind `FROM`, `JOIN` and the commas between them. */
export function readsOf(tokens: readonly Token[]): readonly SqlEffect[] {
  const tables = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!isWord(token, 'FROM', 'JOIN') || isSign(tokens[index + 1], '(')) continue;
    const name = nameAt(tokens, index + 1);
    if (name !== 'database') tables.add(name);
  }
  return tables.size === 0 ? [simple('read', 'database')] : [...tables].slice(0, 20).map(readOf);
}

/** `SELECT … INTO OUTFILE 'x'` writes a file; `INTO t` a table; `INTO @x` a variable. */
function intoOf(tokens: readonly Token[]): readonly SqlEffect[] {
  const at = tokens.findIndex(
    (token, index) => isWord(token, 'INTO') && !isWord(tokens[index - 1], 'INSERT', 'REPLACE', 'MERGE', 'IGNORE'),
  );
  const next = tokens[at + 1];
  if (
    at < 0 ||
    next === undefined ||
    tokens.some(
      (token) => isWord(token, 'INSERT', 'REPLACE', 'MERGE') && !isSign(tokens[tokens.indexOf(token) + 1], '('),
    )
  )
    return [];
  if (isWord(next, 'OUTFILE', 'DUMPFILE')) return [fileEffect('write', tokens[at + 2])];
  if (next.text.startsWith('@') || next.text.startsWith(':')) return [];
  return [simple('write', nameAt(tokens, at + 1))];
}

const fileEffect = (kind: 'read' | 'write', token: Token | undefined): SqlEffect =>
  token?.kind === 'string' || token?.kind === 'name'
    ? {
        kind,
        target: token.text,
        targetKind: 'path',
        certainty: 'certain',
        note: 'a file of the machine the database runs on',
      }
    : { ...simple(kind, 'a file'), certainty: 'possible' };

const query: Rule['read'] = (tokens) => [...readsOf(tokens), ...intoOf(tokens)];

const remove: Rule['read'] = (tokens, index) => {
  const note = isLimited(tokens, index) ? 'rows that match' : 'every row';
  return [simple('delete', nameAt(tokens, index + 1), 'database', note)];
};

const update: Rule['read'] = (tokens, index) => {
  const table = nameAt(tokens, index + 1);
  return isLimited(tokens, index)
    ? [simple('write', table)]
    : [simple('delete', table, 'database', 'overwrites every row')];
};

const ACCOUNTS = ['USER', 'ROLE', 'LOGIN', 'GROUP'];
const drop: Rule['read'] = (tokens, index) => {
  const what = tokens[index + 1];
  const target = `${what?.text.toLowerCase() ?? ''} ${nameAt(tokens, index + 2)}`.trim();
  return [simple('delete', target, isWord(what, ...ACCOUNTS) ? 'account' : 'database')];
};

const PROGRAMS = [
  'FUNCTION',
  'PROCEDURE',
  'TRIGGER',
  'EVENT',
  'RULE',
  'AGGREGATE',
  'LANGUAGE',
  'OPERATOR',
  'CAST',
  'ASSEMBLY',
];
const create: Rule['read'] = (tokens, index) => {
  const head = tokens.slice(index + 1, index + 6);
  const what = head.find(
    (token) =>
      !isWord(
        token,
        'OR',
        'REPLACE',
        'TEMP',
        'TEMPORARY',
        'UNIQUE',
        'GLOBAL',
        'LOCAL',
        'UNLOGGED',
        'MATERIALIZED',
        'DEFINER',
      ),
  );
  const name = nameAt(tokens, what === undefined ? index + 1 : tokens.indexOf(what) + 1);
  if (isWord(what, ...ACCOUNTS)) return [simple('write', name, 'account')];
  const written = simple('write', `${what?.text.toLowerCase() ?? ''} ${name}`.trim());
  if (head.some((token) => isWord(token, ...PROGRAMS)))
    return [written, simple('execute', name, 'inline-code', 'a program that stays in the database')];
  if (isWord(what, 'EXTENSION', 'MODULE', 'PLUGIN')) return [written, simple('execute', name, 'package-code')];
  if (isWord(what, 'SERVER', 'SUBSCRIPTION', 'FOREIGN', 'LINK'))
    return [written, simple('send', name, 'api', 'reaches another machine')];
  if (isWord(what, 'SECRET', 'CREDENTIAL')) return [simple('write', name, 'credentials')];
  return [written];
};

const alter: Rule['read'] = (tokens, index) => {
  const what = tokens[index + 1];
  const name = nameAt(tokens, index + 2);
  if (isWord(what, ...ACCOUNTS)) return [simple('write', name, 'account')];
  if (isWord(what, 'SYSTEM', 'SERVER', 'INSTANCE')) return [simple('write', 'database server', 'service')];
  const drops = tokens
    .slice(index)
    .some(
      (token, at, all) => isWord(token, 'DROP') && !isWord(all[at + 1], 'DEFAULT', 'NOT', 'IDENTITY', 'EXPRESSION'),
    );
  return [simple(drops ? 'delete' : 'write', `${what?.text.toLowerCase() ?? ''} ${name}`.trim())];
};

const copy: Rule['read'] = (tokens, index) => {
  const table = isSign(tokens[index + 1], '(') ? 'query' : nameAt(tokens, index + 1);
  const end = isSign(tokens[index + 1], '(') ? closing(tokens, index + 1) : index;
  const way = tokens.findIndex((token, at) => at > end && isWord(token, 'FROM', 'TO'));
  const from = isWord(tokens[way], 'FROM');
  const where = tokens[way + 1];
  const own = simple(from ? 'write' : 'read', table);
  if (isWord(where, 'STDIN', 'STDOUT', 'PSTDIN', 'PSTDOUT')) return [own];
  if (isWord(where, 'PROGRAM'))
    return [
      own,
      simple(
        'execute',
        tokens[way + 2]?.text ?? 'program',
        'inline-code',
        'a program on the machine the database runs on',
      ),
    ];
  return [own, fileEffect(from ? 'read' : 'write', where)];
};

const load: Rule['read'] = (tokens, index) => {
  const file = tokens.findIndex((token) => isWord(token, 'INFILE'));
  const into = tokens.findIndex((token) => isWord(token, 'INTO'));
  if (file < 0) return [simple('execute', tokens[index + 1]?.text ?? 'library', 'package-code', 'loads a library')];
  return [fileEffect('read', tokens[file + 1]), simple('write', nameAt(tokens, into + 1))];
};

const settings: Rule['read'] = (tokens, index) => {
  if (
    isWord(tokens[index + 1], 'GLOBAL', 'PERSIST', 'PERSIST_ONLY') ||
    /^@@(?:global|persist)/i.test(tokens[index + 1]?.text ?? '')
  )
    return [simple('write', 'database server', 'service')];
  if (isWord(tokens[index + 1], 'PASSWORD', 'ROLE', 'DEFAULT') || isWord(tokens[index + 2], 'AUTHORIZATION'))
    return [simple('write', nameAt(tokens, index + 2), 'account')];
  // Where names are looked up decides which functions run.
  if (
    tokens.some((token) =>
      /^(?:search_path|session_preload_libraries|local_preload_libraries|dynamic_library_path|sql_mode|standard_conforming_strings|quoted_identifier)$/i.test(
        token.text,
      ),
    )
  )
    return [simple('unknown', 'setting', 'database', 'a setting that changes how what follows is read')];
  return [simple('read', 'database')];
};

const PRAGMA_READS =
  /^(?:table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list|foreign_key_check|database_list|integrity_check|quick_check|compile_options|function_list|module_list|pragma_list|collation_list|page_count|freelist_count|user_version|schema_version|encoding|journal_mode|page_size|foreign_keys|show_tables|version|database_size)$/i;
const pragma: Rule['read'] = (tokens, index) => {
  const name = tokens[index + 1]?.text ?? '';
  const sets = tokens.some((token) => isSign(token, '='));
  if (PRAGMA_READS.test(name) && !sets) return [simple('read', 'database')];
  return [simple('write', `setting ${name}`)];
};

const run: Rule['read'] = (tokens, index) => {
  const name = nameAt(tokens, index + 1);
  if (/xp_cmdshell|sp_oa/i.test(name))
    return [
      simple('execute', tokens.find(({ kind }) => kind === 'string')?.text ?? name, 'inline-code', 'runs a program'),
    ];
  return [simple('unknown', name, 'database', 'a program of the database, which may do anything')];
};

const read: Rule = fixed(simple('read', 'database'));

export const VERBS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...['SELECT', 'WITH', 'VALUES', 'TABLE', 'FROM'].map((verb): [string, Rule] => [verb, starting(query)]),
  ...'SHOW DESCRIBE DESC EXPLAIN HELP USE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ABORT END FETCH CLOSE DECLARE DEALLOCATE MOVE DISCARD RESET LOCK UNLOCK LISTEN UNLISTEN PRINT GO CHECKPOINT SUMMARIZE DETACH'
    .split(' ')
    .map((verb): [string, Rule] => [verb, read]),
  ['INSERT', anywhere(text('write', ''))],
  ['REPLACE', anywhere(text('write', ''))],
  ['UPSERT', anywhere(text('write', ''))],
  [
    'MERGE',
    anywhere((tokens, index) => [
      simple('write', nameAt(tokens, index + 1)),
      ...(tokens.some((token) => isWord(token, 'DELETE'))
        ? [simple('delete', nameAt(tokens, index + 1), 'database', 'rows that match')]
        : []),
    ]),
  ],
  ['UPDATE', anywhere(update)],
  ['DELETE', anywhere(remove)],
  ['TRUNCATE', anywhere((tokens, index) => [simple('delete', nameAt(tokens, index + 1), 'database', 'every row')])],
  ['DROP', anywhere(drop)],
  ['CREATE', anywhere(create)],
  ['ALTER', { read: alter, anywhere: true, whole: true }],
  ['RENAME', starting(text('write', ''))],
  ['GRANT', { read: () => [simple('write', 'rights', 'account')], anywhere: true, whole: true }],
  ['REVOKE', { read: () => [simple('write', 'rights', 'account')], anywhere: true, whole: true }],
  ['DENY', { read: () => [simple('write', 'rights', 'account')], anywhere: false, whole: true }],
  ['REASSIGN', starting(text('write', ''))],
  ['COPY', starting(copy)],
  [
    'EXPORT',
    starting((tokens) => [
      simple('read', 'database'),
      fileEffect(
        'write',
        tokens.find(({ kind }) => kind === 'string'),
      ),
    ]),
  ],
  [
    'UNLOAD',
    starting((tokens) => [
      simple('read', 'database'),
      simple('send', tokens.find(({ kind }) => kind === 'string')?.text ?? 'storage', 'api'),
    ]),
  ],
  ['LOAD', starting(load)],
  ['INSTALL', starting((tokens, index) => [simple('execute', nameAt(tokens, index + 1), 'package-code')])],
  ['IMPORT', starting(text('write', ''))],
  [
    'BULK',
    anywhere((tokens, index) => [
      simple('write', nameAt(tokens, index + 2)),
      fileEffect(
        'read',
        tokens.find(({ kind }) => kind === 'string'),
      ),
    ]),
  ],
  [
    'ATTACH',
    starting((tokens) => [
      fileEffect(
        'write',
        tokens.find(({ kind }) => kind === 'string' || kind === 'name'),
      ),
    ]),
  ],
  [
    'VACUUM',
    starting((tokens) => [
      simple('write', 'database'),
      ...(tokens.some((token) => isWord(token, 'INTO'))
        ? [
            fileEffect(
              'write',
              tokens.find(({ kind }) => kind === 'string'),
            ),
          ]
        : []),
    ]),
  ],
  ...'ANALYZE ANALYSE REINDEX OPTIMIZE REPAIR CLUSTER REFRESH COMMENT FLUSH CACHE SECURITY NOTIFY UNDROP'
    .split(' ')
    .map((verb): [string, Rule] => [verb, starting(text('write', ''))]),
  ['PURGE', fixed(simple('delete', 'logs of the database'))],
  ['KILL', anywhere(() => [simple('delete', 'what others do in the database', 'process')])],
  ['SHUTDOWN', anywhere(() => [simple('delete', 'database server', 'service')])],
  [
    'BACKUP',
    anywhere((tokens) => [
      simple('read', 'database'),
      fileEffect(
        'write',
        tokens.find(({ kind }) => kind === 'string'),
      ),
    ]),
  ],
  ['RESTORE', anywhere(text('delete', 'what is there before '))],
  ['SET', starting(settings)],
  ['PRAGMA', { read: pragma, anywhere: false, whole: true }],
  [
    'PREPARE',
    starting((tokens) =>
      tokens.some((token) => isWord(token, 'FROM')) && !tokens.some((token) => isWord(token, 'AS'))
        ? [simple('unknown', 'prepared statement', 'database', 'runs text that is not known')]
        : [simple('read', 'database')],
    ),
  ],
  ['CALL', anywhere(run)],
  ['EXEC', anywhere(run)],
  ['EXECUTE', anywhere(run)],
  [
    'DO',
    starting(() => [
      simple('unknown', 'a block of code', 'database', 'a program of the database, which may do anything'),
    ]),
  ],
  ['HANDLER', read],
]);
