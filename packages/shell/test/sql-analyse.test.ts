// SQL as an attacker writes it: what one dialect runs inside a comment of another, verbs in the middle of a statement, a
// condition that limits nothing, files and programs of the machine the database runs on.
import { analyseSql, type SqlEffect } from '@castellan/shell';
import fc from 'fast-check';
import { Parser } from 'node-sql-parser/build/postgresql.js';
import { describe, expect, test } from 'vitest';

const shown = ({ kind, resource, target, certainty }: SqlEffect): string =>
  `${kind} ${resource ?? '-'} ${target} ${certainty}`;
const lines = (text: string, dialect?: 'postgresql' | 'mysql' | 'sqlite' | 'tsql'): readonly string[] =>
  analyseSql(text, dialect === undefined ? {} : { dialect }).map(shown);
const onlyReads = (text: string): boolean =>
  analyseSql(text).every(({ kind, certainty }) => kind === 'read' && certainty === 'certain');

describe('reads are certain', () => {
  test.each([
    'SELECT 1',
    'select * from a where x = 1',
    "select count(*), max(created_at) from users u join orders o on o.uid = u.id where u.name like '%;drop table x%' group by 1 limit 5",
    'with recursive t(n) as (select 1 union all select n+1 from t where n < 5) select * from t',
    'select * from a for update',
    'explain delete from x',
    'show tables; describe users; use shop',
    'pragma table_info(users)',
    'select "delete" from t',
    "select date_trunc('day', t), row_number() over (partition by a order by b) from x -- drop table x",
    '',
  ])('%s', (text) => {
    expect([text, onlyReads(text)]).toEqual([text, true]);
  });
});

describe('what is destroyed is said', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['DELETE FROM users', 'delete database users certain'],
    ['dElEtE/**/from"users"', 'delete database users certain'],
    ['drop table if exists public.users cascade', 'delete database table public.users certain'],
    ['DROP DATABASE prod', 'delete database database prod certain'],
    ['truncate a', 'delete database a certain'],
    ['alter table a drop column b', 'delete database table a certain'],
    ['update a set b = 1', 'delete database a certain'],
    ['select 1; drop table x', 'delete database table x certain'],
    ['select 1 drop table x', 'delete database table x certain'],
    ['/*!50000 drop table x */', 'delete database table x certain'],
    ['/*M! drop table x */', 'delete database table x certain'],
    ["select '\\'; drop table x; --'", 'delete database table x certain'],
    ['/* /* */ drop table x; -- */', 'delete database table x certain'],
    ['select 1 --1; drop table x', 'delete database table x certain'],
    ['# \n drop table x', 'delete database table x certain'],
    ['with x as (delete from a returning *) select * from x', 'delete database a certain'],
    ['explain analyze delete from x', 'delete database x certain'],
    ['explain (analyze, verbose) delete from x', 'delete database x certain'],
    ['delete top (10) from x', 'delete database x certain'],
    ['drop user bob', 'delete account user bob certain'],
    ['do something drop', 'delete database database possible'],
    ['kill 5', 'delete process what others do in the database certain'],
    ['select pg_terminate_backend(5)', 'delete process pg_terminate_backend certain'],
  ];
  test.each(rows)('%s', (text, line) => {
    const found = lines(text);
    expect(
      found.some((each) => each === line) ||
        found.some((each) => line.endsWith('possible') && each.startsWith('unknown')),
    ).toBe(true);
  });
});

test('a condition that is always true limits nothing', () => {
  const notes = (text: string): readonly (string | undefined)[] =>
    analyseSql(text, { dialect: 'postgresql' })
      .filter(({ kind }) => kind === 'delete')
      .map(({ note }) => note);
  for (const condition of ['1=1', 'true', "''=''", '(1=1)', '1', 'a=2 or 1=1'])
    expect([condition, notes(`delete from t where ${condition}`)]).toEqual([condition, ['every row']]);
  expect(notes('delete from t where id = 1')).toEqual(['rows that match']);
  expect(notes('update t set a = (select 1 where 1=2)')).toEqual(['overwrites every row']);
  expect(notes('update t set a = 1 where id = 2')).toEqual([]);
});

describe('what reaches beyond the database is said', () => {
  const rows: readonly (readonly [string, string])[] = [
    ["copy a to program 'sh'", 'execute inline-code sh unknown'],
    ["copy a to '/tmp/x'", 'write - /tmp/x certain'],
    ["copy a from '/etc/passwd'", 'read - /etc/passwd certain'],
    ["select pg_read_file('/etc/passwd')", 'read - /etc/passwd certain'],
    ["select load_file('/etc/passwd')", 'read - /etc/passwd certain'],
    ["select 1 into outfile '/tmp/x'", 'write - /tmp/x certain'],
    ["load data local infile '/etc/passwd' into table t", 'read - /etc/passwd certain'],
    ["attach database '/tmp/x.db' as y", 'write - /tmp/x.db certain'],
    ["vacuum into '/tmp/x.db'", 'write - /tmp/x.db certain'],
    ["exec xp_cmdshell 'dir'", 'execute inline-code dir unknown'],
    ["select load_extension('x.so')", 'execute inline-code x.so unknown'],
    ['select lo_export(1, $$/tmp/x$$)', 'write - lo_export possible'],
    ["select * from dblink('host=h', 'drop table x')", 'send api host=h certain'],
    ['grant all on a to b', 'write account rights certain'],
    ["create user x with password 'y'", 'write account x certain'],
    ['create extension plpython3u', 'execute package-code plpython3u unknown'],
    ['select * from pg_shadow', 'read credentials pg_shadow certain'],
    ['call p()', 'unknown database p unknown'],
    ['do $$ begin end $$', 'unknown database a block of code unknown'],
    ['set global general_log = 1', 'write service database server certain'],
  ];
  test.each(rows)('%s', (text, line) => {
    expect(lines(text)).toContain(line);
  });
});

test('a function that is not known is not a read', () => {
  for (const text of [
    'select my_func(1)',
    'select a.b(1)',
    'select * from f(1)',
    'select "count"(1)',
    'select 1 where f ( ) > 0',
  ])
    expect([text, onlyReads(text)]).toEqual([text, false]);
});

test('never throws, never answers with nothing, and time grows with the length only', () => {
  const part = fc.constantFrom(
    'select',
    'from',
    'delete',
    'drop',
    'where',
    '(',
    ')',
    "'",
    '"',
    '`',
    '[',
    '$$',
    '/*',
    '*/',
    '--',
    '\n',
    ';',
    '\\',
    'a',
    '1',
    '.',
    ',',
    'with',
    'as',
    'E',
    '/*!',
    '#',
    '=',
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => analyseSql(parts.join(' ')).length > 0),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => analyseSql(text).length > 0),
    { numRuns: 300 },
  );
  for (const text of [
    '(',
    '/*',
    'delete ',
    'f(',
    'delete from a where ',
    'update a set ',
    'x(),',
    "'",
    'with b (x) ',
    '`',
    'select ',
  ])
    expect(analyseSql(`select ${text.repeat(Math.floor(60_000 / text.length))}`).length).toBeGreaterThan(0);
}, 20_000);

test('a word that destroys is never lost, whatever stands around it', () => {
  const around = fc.constantFrom(
    'select 1;',
    'begin;',
    'select 1',
    '(',
    '/* x */',
    '-- x\n',
    ';',
    "select 'a';",
    'explain analyze',
  );
  fc.assert(
    fc.property(around, around, (a, b) => {
      const found = analyseSql(`${a} ${b} drop table t`);
      expect(found.some(({ kind }) => kind === 'delete' || kind === 'unknown')).toBe(true);
    }),
  );
});

test('agrees with a parser of the grammar on what changes which table', () => {
  const parser = new Parser();
  const name = fc.constantFrom('a', 'b1', 'users');
  const statement = fc.oneof(
    name.map((table) => `delete from ${table} where id = 1`),
    name.map((table) => `update ${table} set x = 1`),
    name.map((table) => `insert into ${table} (x) values (1)`),
    name.map((table) => `truncate table ${table}`),
    name.map((table) => `drop table ${table}`),
    fc.tuple(name, name).map(([one, two]) => `select * from ${one} join ${two} on 1 = 1`),
    fc.tuple(name, name).map(([one, two]) => `insert into ${one} select * from ${two}`),
  );
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), (statements) => {
      const text = statements.join(';\n');
      const found = analyseSql(text, { dialect: 'postgresql' });
      for (const line of parser.tableList(text)) {
        const [what = '', , table = ''] = line.split('::');
        const kinds = { select: ['read'], insert: ['write'], update: ['write', 'delete'] }[what.toLowerCase()] ?? [
          'delete',
        ];
        expect(found.some((effect) => kinds.includes(effect.kind) && effect.target.split(' ').at(-1) === table)).toBe(
          true,
        );
      }
    }),
    { numRuns: 200 },
  );
});
