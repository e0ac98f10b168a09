// What reads the forms in tests: each as its specification says, and written apart from what writes them.

/** RFC 4180. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at += 1;
      for (; at < text.length; at += 1) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else
      for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at += 1) {
        if (text[at] === '"' || text[at] === '\n') throw new Error(`a bare ${JSON.stringify(text[at])} at ${at}`);
        cell += text[at];
      }
    row.push(cell);
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of a row at ${at}`);
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

export interface Cef {
  readonly header: readonly string[];
  readonly extension: Readonly<Record<string, string>>;
}

/** CEF 0: seven parts, and keys whose values go on until the next key. */
export function readCef(line: string): Cef {
  if (/[\r\n]/.test(line)) throw new Error('a line end');
  const parts: string[] = [];
  let part = '';
  let at = 0;
  for (; parts.length < 7; at += 1) {
    if (at >= line.length) throw new Error('less than seven parts');
    if (line[at] === '\\') {
      at += 1;
      if (line[at] !== '\\' && line[at] !== '|') throw new Error(`an escape of ${line[at]} in the header`);
      part += line[at];
    } else if (line[at] === '|') {
      parts.push(part);
      part = '';
    } else part += line[at];
  }
  const said = line.slice(at);
  const extension: Record<string, string> = {};
  const keys = [...said.matchAll(/(?:^| )(\w+)(?<!\\)=/g)];
  for (const [n, found] of keys.entries()) {
    const value = said.slice(found.index + found[0].length, keys[n + 1]?.index ?? said.length);
    if (/(?<!\\)(?:\\\\)*=/.test(value)) throw new Error(`a bare = in ${value}`);
    const key = found[1] ?? '';
    if (extension[key] !== undefined) throw new Error(`${key} twice`);
    extension[key] = value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign));
  }
  return { header: parts, extension };
}

export interface Syslog {
  readonly pri: number;
  readonly time: string;
  readonly host: string;
  readonly app: string;
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly text: string;
}

const SYSLOG =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) \[([!-~]{1,32})((?: [!-~]+="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(.*)$/su;

/** RFC 5424. */
export function readSyslog(line: string): Syslog {
  const found = SYSLOG.exec(line);
  if (found === null) throw new Error(`no message of RFC 5424: ${line.slice(0, 300)}`);
  const [, pri = '', time = '', host = '', app = '', , id = '', , said = '', text = ''] = found;
  const params = [...said.matchAll(/ ([!-~]+?)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map(
    ([, name = '', value = '']) => [name, value.replace(/\\(["\\\]])/g, '$1')] as const,
  );
  return { pri: Number(pri), time, host, app, id, params: Object.fromEntries(params), text };
}
