// What clients of databases do beside SQL: `\!` of psql, `.shell` of sqlite3, `system` of mysql. INVARIANT: a command that is not
// listed as one that only shows is unknown. Sources: the manuals of the clients; GTFOBins (psql, mysql, sqlite3).
import type { Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown } from '../../run.ts';
import type { Field } from '../../word.ts';

const PSQL_SHOWS =
  /^\\(?:d\w*\+?|l\+?|z|sf\+?|sv\+?|dt\S*|x|q|a|t|timing|conninfo|pset|echo|qecho|warn|\?|h|help|encoding|errverbose|if|else|elif|endif|p|r|H|f|C|T|c|connect|gx?|gdesc|crosstabview|watch|set|unset|copyright|prompt|bind|parse|flush|sync)(?=$|[\s;])/;
const SQLITE_SHOWS =
  /^\.(?:tables?|schema|databases?|headers?|mode|indexes|indices|dump|show|width|timer|nullvalue|help|quit|exit|print|fullschema|dbinfo|separator|stats|echo|eqp|bail|changes|explain|version|lint|limit|dbconfig|prompt|sha3sum|selftest|expert|scanstats|vfsinfo|vfslist|parameter|binary|filectrl|connection|recover)(?:\s|$)/;

/** Adds what its own commands do, and answers with what is left as SQL. */
export function addOwnCommands(invocation: Invocation, name: string, word: Extract<Field, { kind: 'text' }>): string {
  switch (name) {
    case 'psql':
      return ownOfPsql(invocation, word);
    case 'sqlite3':
    case 'duckdb':
      return eachLine(word.text, (line) => (line.startsWith('.') ? ownOfSqlite(invocation, line, word) : false));
    case 'mysql':
    case 'mariadb':
      return ownOfMysql(invocation, word);
    case 'sqlcmd':
      return eachLine(
        word.text,
        (line) => /^(?::|!!|ed\b|go\b|reset\b|exit\b|quit\b)/i.test(line) && untold(invocation, line, word),
      );
    default:
      return word.text;
  }
}

const eachLine = (text: string, own: (line: string) => boolean): string =>
  text
    .split('\n')
    .filter((line) => !own(line.trim()))
    .join('\n');

function runs({ run }: Invocation, target: string, { span }: Field): true {
  add(run, {
    kind: 'execute',
    target: target.slice(0, 200),
    targetKind: 'command',
    certainty: 'unknown',
    resource: 'inline-code',
    span,
  });
  return true;
}

function untold({ run, name }: Invocation, line: string, { span }: Field): true {
  addUnknown(run, line, span, `\`${name}\`: a command of its own that is not known`);
  return true;
}

/** A path, or behind `|` a program. */
function fileOrProgram(invocation: Invocation, kind: 'read' | 'write', text: string, word: Field): true {
  const path = text.trim().replace(/^'(.*)'$|^"(.*)"$/, '$1$2');
  if (path === '') return true;
  if (path.startsWith('|')) return runs(invocation, path.slice(1).trim(), word);
  addPath(invocation.run, kind, { kind: 'text', text: path, span: word.span }, invocation.state);
  return true;
}

/** A backslash begins a command anywhere in a line but in a string. */
function ownOfPsql(invocation: Invocation, word: Extract<Field, { kind: 'text' }>): string {
  return word.text
    .split('\n')
    .map((line) => {
      const bare = line.replace(/'[^']*'|"[^"]*"/g, (text) => '_'.repeat(text.length));
      const at = bare.indexOf('\\');
      if (at < 0) return line;
      const own = line.slice(at);
      const [, command = '', rest = ''] = /^\\(\S+)\s*(.*)$/.exec(own) ?? [];
      // A backquote runs a program wherever a command takes a word.
      if (/`/.test(own) || command.startsWith('!')) runs(invocation, own.replace(/^\\!?\s*/, ''), word);
      else if (/^(?:o|out|w|write|s|g|gx|lo_export)$/.test(command))
        fileOrProgram(
          invocation,
          'write',
          rest.split(/\s+/).at(-1)?.startsWith('|') === true || rest.includes('|')
            ? rest.slice(rest.indexOf('|'))
            : rest,
          word,
        );
      else if (/^(?:i|ir|include|include_relative)$/.test(command)) {
        fileOrProgram(invocation, 'read', rest, word);
        untold(invocation, own, word);
      } else if (command === 'copy') ownOfCopy(invocation, rest, word);
      else if (!PSQL_SHOWS.test(own) || own.slice(1).includes('\\') || rest.includes('|'))
        untold(invocation, own, word);
      return line.slice(0, at);
    })
    .join('\n');
}

function ownOfCopy(invocation: Invocation, text: string, word: Field): void {
  const { run } = invocation;
  const [, way = '', program, rest = ''] = /\b(from|to)\s+(program\s+)?(.*)$/i.exec(text) ?? [];
  const from = way.toLowerCase() === 'from';
  add(run, {
    kind: from ? 'write' : 'read',
    target: text.split(/\s+/)[0] ?? 'database',
    targetKind: 'text',
    resource: 'database',
    span: word.span,
  });
  if (program !== undefined) runs(invocation, rest, word);
  else if (way === '') untold(invocation, text, word);
  else if (!/^p?std(?:in|out)\b/i.test(rest))
    fileOrProgram(invocation, from ? 'read' : 'write', /^'[^']*'|^\S+/.exec(rest)?.[0] ?? '', word);
}

function ownOfSqlite(invocation: Invocation, line: string, word: Field): true {
  const [, command = '', rest = ''] = /^\.(\w+)\s*(.*)$/.exec(line) ?? [];
  const last = rest.split(/\s+/).at(-1) ?? '';
  if (SQLITE_SHOWS.test(line)) return true;
  switch (command) {
    case 'shell':
    case 'system':
      return runs(invocation, rest, word);
    case 'output':
    case 'once':
    case 'log':
      return /^(?:stdout|stderr|off|on)?$/.test(rest)
        ? true
        : fileOrProgram(invocation, 'write', rest.includes('|') ? rest.slice(rest.indexOf('|')) : last, word);
    case 'backup':
    case 'save':
    case 'clone':
    case 'open':
      return fileOrProgram(invocation, 'write', last, word);
    case 'import':
      fileOrProgram(invocation, 'read', rest.split(/\s+/).find((part) => !part.startsWith('-')) ?? '', word);
      add(invocation.run, { kind: 'write', target: last, targetKind: 'text', resource: 'database', span: word.span });
      return true;
    case 'read':
      fileOrProgram(invocation, 'read', rest, word);
      return untold(invocation, line, word);
    default:
      return untold(invocation, line, word);
  }
}

function ownOfMysql(invocation: Invocation, word: Extract<Field, { kind: 'text' }>): string {
  return eachLine(word.text, (line) => {
    const bare = line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '').replace(/\\[Gg]\s*;?$/, '');
    const found = /^(system|source|tee|pager|edit|notee|nopager|delimiter)\b\s*(.*)$/i.exec(line);
    const verb = found?.[1]?.toLowerCase();
    const rest = (found?.[2] ?? '').replace(/;$/, '');
    if (verb === 'system' || verb === 'pager') return runs(invocation, rest, word);
    if (verb === 'tee') return fileOrProgram(invocation, 'write', rest, word);
    if (verb === 'source') fileOrProgram(invocation, 'read', rest, word);
    if (verb !== undefined || bare.includes('\\')) {
      untold(invocation, line, word);
      if (bare.includes('\\!')) runs(invocation, bare.slice(bare.indexOf('\\!') + 2), word);
      return verb !== undefined;
    }
    return false;
  });
}
