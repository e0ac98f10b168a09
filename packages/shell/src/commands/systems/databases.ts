// Clients of databases: their statements are read as SQL, their own commands (`\!`, `.shell`, `system`) as what they are.
import { hostEffect } from '../../host-effect.ts';
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown, shorten } from '../../run.ts';
import { analyseSql } from '../../sql/analyse-sql.ts';
import type { Dialect } from '../../sql/lex.ts';
import { bothWays, type Flow } from '../../state.ts';
import type { Field } from '../../word.ts';
import { addOwnCommands } from './database-commands.ts';
import { optionsOf, readAll, type Seen } from './options.ts';

interface Client {
  readonly dialect?: Dialect;
  readonly options: string;
  /** Options that hold statements, a file of statements, the host. */
  readonly sql: string;
  readonly file: string;
  readonly host: string;
  /** With one of these it only lists or says what it is. */
  readonly tells: string;
  /** The first operand is a file that is the database; those behind it are statements. */
  readonly embedded?: boolean;
}

const MYSQL: Client = {
  dialect: 'mysql',
  options:
    '-e= -h= -u= -p? -P= -D= -S= -B -N -s -t -v -E -H -X -r -w -f -q -A -C -G -n --execute= --host= --user= --password? --port= --database= --socket= --batch --skip-column-names --silent --table --verbose --vertical --html --xml --raw --wait --force --quick --ssl-mode= --ssl-ca< --ssl-cert< --ssl-key< --default-character-set= --protocol= --connect-timeout= --no-auto-rehash --skip-auto-rehash --column-names --login-path= --no-defaults --version --help -V --defaults-file! --defaults-extra-file! --init-command= --tee> --pager! --plugin-dir!',
  sql: '-e --execute --init-command',
  file: '',
  host: '-h --host',
  tells: '--version -V --help',
};
const CLIENTS: { readonly [name: string]: Client } = {
  psql: {
    dialect: 'postgresql',
    options:
      '-c= -f= -h= -p= -U= -d= -w -W -l -A -t -x -q -e -E -b -a -X -1 -s -S -n -z -0 -H -V -F= -R= -P= -T= -v= -o> -L> -? --command= --file= --host= --port= --username= --dbname= --no-password --password --list --no-align --tuples-only --expanded --quiet --echo-all --echo-queries --echo-errors --echo-hidden --no-psqlrc --single-transaction --single-step --single-line --no-readline --html --csv --field-separator= --record-separator= --pset= --set= --variable= --output> --log-file> --version --help',
    sql: '-c --command',
    file: '-f --file',
    host: '-h --host',
    tells: '-l --list -V --version --help -?',
  },
  mysql: MYSQL,
  mariadb: MYSQL,
  sqlite3: {
    dialect: 'sqlite',
    options:
      '-header -noheader -csv -json -column -line -list -html -markdown -box -table -tabs -quote -readonly -batch -bail -echo -safe -interactive -version -help -stats -nofollow -separator= -newline= -nullvalue= -cmd= -init= --header --csv --json --readonly --batch --version -A -ascii -append -deserialize -unsafe-testing -vfs= -zip -maxsize= -mmap= -lookaside==',
    sql: '-cmd',
    file: '-init',
    host: '',
    tells: '-version --version -help',
    embedded: true,
  },
  duckdb: {
    dialect: 'postgresql',
    options:
      '-c= -s= -f= -cmd= -init= -csv -json -markdown -box -line -list -table -html -readonly -noheader -header -bail -batch -echo -version -help -unsigned -ui -separator= -nullvalue= -no-stdin -safe',
    sql: '-c -s -cmd',
    file: '-f -init',
    host: '',
    tells: '-version -help',
    embedded: true,
  },
  sqlcmd: {
    dialect: 'tsql',
    options: '-S= -U= -P= -d= -Q= -q= -i= -o> -E -b -h= -s= -W -w= -C -N -y= -Y= -v= -V= -l= -t= -r? -I -k? -x -X? -?',
    sql: '-Q -q',
    file: '-i',
    host: '-S',
    tells: '-?',
  },
  'clickhouse-client': {
    options:
      '-h= -u= -d= -q= -n -m -t -E -f= --host= --port= --user= --password= --database= --query= --queries-file= --multiquery --multiline --format= --time --secure -s --vertical --max_threads= --version',
    sql: '-q --query',
    file: '--queries-file',
    host: '-h --host',
    tells: '--version',
  },
  cqlsh: {
    options:
      '-e= -f= -k= -u= -p= --execute= --file= --keyspace= --username= --password= --ssl --version --no-color --request-timeout= --connect-timeout=',
    sql: '-e --execute',
    file: '-f --file',
    host: '',
    tells: '--version',
  },
  cockroach: {
    dialect: 'postgresql',
    options:
      '-e= -f= -d= --execute= --file= --host= --port= -p= -u= --user= --database= --url= --insecure --certs-dir< --format= --set= --watch= --echo-sql',
    sql: '-e --execute',
    file: '-f --file',
    host: '--host --url',
    tells: '--version',
  },
};
export const DATABASE_CLIENTS = Object.keys(CLIENTS).join(' ');

export function walkDatabase(invocation: Invocation): Flow | undefined {
  const { run, name, args, span, state, stdin } = invocation;
  const client = CLIENTS[name];
  if (client === undefined) return undefined;
  const [first] = args;
  if (name === 'cockroach' && !(first?.kind === 'text' && first.text === 'sql')) return undefined;
  const read = readAll(optionsOf(client.options), name === 'cockroach' ? args.slice(1) : args, { abbreviates: true });
  const has = (options: string): readonly Seen[] =>
    read.seen.filter(({ option }) => options.split(' ').includes(option));
  addExecute(run, name, span);
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  for (const { option, value, taking } of read.seen) {
    if (taking === 'program')
      addUnknown(run, name, span, `\`${name}\`: \`${option}\` names a file of settings or a program`);
    if ((taking === 'read' || taking === 'write') && value !== undefined) addPath(run, taking, value, state);
  }
  addHosts(invocation, read.operands);
  for (const { value } of has(client.host))
    if (value?.kind === 'text' && !value.text.startsWith('/'))
      add(run, { ...hostEffect('connect', value.text.replace(/^tcp:/, '').replace(/[,\\].*$/, '')), span });
  if (has(client.tells).length > 0) return bothWays(state);
  const [database, ...statements] = read.operands;
  if (client.embedded === true && database !== undefined) {
    if (!(database.kind === 'text' && /^(?:|:memory:)$/.test(database.text))) addPath(run, 'read', database, state);
  }
  const texts: Field[] = [
    ...has(client.sql).flatMap(({ value }) => value ?? []),
    ...(client.embedded === true ? statements : []),
  ];
  for (const file of has(client.file).flatMap(({ value }) => value ?? [])) {
    addPath(run, 'read', file, state);
    addUnknown(run, name, file.span, 'runs the statements of a file');
    possible(invocation, 'write');
    possible(invocation, 'delete');
  }
  const given = texts.length > 0 || has(client.file).length > 0;
  if (stdin.kind === 'text' && !given) texts.push({ kind: 'text', text: stdin.text, span });
  for (const text of texts) addStatements(invocation, client, text, embeddedPath(client, database));
  if (!given && stdin.kind !== 'text') {
    addUnknown(run, name, span, `\`${name}\` runs the statements it reads from its input`);
    possible(invocation, 'delete');
  }
  return bothWays(state);
}

const embeddedPath = (client: Client, database: Field | undefined): Field | undefined =>
  client.embedded === true && database?.kind === 'text' && !/^(?:|:memory:)$/.test(database.text)
    ? database
    : undefined;

function possible({ run, span }: Invocation, kind: 'write' | 'delete'): void {
  add(run, { kind, target: 'database', targetKind: 'text', certainty: 'possible', resource: 'database', span });
}

function addStatements(invocation: Invocation, client: Client, word: Field, file: Field | undefined): void {
  const { run, name, state } = invocation;
  if (word.kind !== 'text') {
    addUnknown(run, name, word.span, `\`${name}\`: statements that are not known`);
    possible(invocation, 'delete');
    return;
  }
  const rest = addOwnCommands(invocation, name, word);
  if (rest.trim() === '') return;
  const dialect = client.dialect === undefined ? {} : { dialect: client.dialect };
  let writes = false;
  for (const effect of analyseSql(rest, dialect)) {
    const { kind, target, targetKind, certainty, resource, note } = effect;
    writes ||= (kind === 'write' || kind === 'delete') && resource === 'database';
    const about = { ...(resource === undefined ? {} : { resource }), ...(note === undefined ? {} : { note }) };
    // A file that a statement names: of this machine where the database is one of its files.
    if (targetKind === 'path' && (kind === 'read' || kind === 'write') && client.embedded === true)
      addPath(run, kind, { kind: 'text', text: target, span: word.span }, state);
    else if (targetKind === 'host' && (kind === 'send' || kind === 'connect'))
      add(run, { ...hostEffect(kind, target), ...about, span: word.span });
    else add(run, { kind, target: shorten(target), targetKind, certainty, span: word.span, ...about });
  }
  if (writes && file !== undefined) addPath(run, 'write', file, state);
}

function addHosts({ run, span }: Invocation, words: readonly Field[]): void {
  for (const word of words) {
    if (word.kind !== 'text') continue;
    const authority = /^[a-z][a-z0-9+]*:\/\/(?:[^@/]*@)?([^/?]+)/i.exec(word.text)?.[1];
    const text = /\bhost(?:addr)?=([^\s]+)/.exec(word.text)?.[1];
    if (authority !== undefined) add(run, { ...hostEffect('connect', authority), span });
    else if (text !== undefined) add(run, { ...hostEffect('connect', text), span });
  }
}
