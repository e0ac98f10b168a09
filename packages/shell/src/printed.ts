// What common commands print, where every shell agrees on it: what stands in `$(…)` or is piped into a shell is then analysed as
// the command it becomes. undefined: not known.
import type { Invocation } from './invocation.ts';
import { baseName } from './names.ts';

type Printer = (texts: readonly string[], invocation: Invocation) => string | undefined;

const MAX_TEXT = 65_536;

/** `echo` reads backslashes in some shells; with options it is only known where it has the plain ones. */
const echo: Printer = (texts) => {
  const [first = ''] = texts;
  if (!first.startsWith('-')) return plainText(texts.join(' '), '\n');
  const [second = ''] = texts.slice(1);
  if (!/^-[neE]+$/.test(first) || second.startsWith('-')) return undefined;
  const [text, end] = [texts.slice(1).join(' '), first.includes('n') ? '' : '\n'];
  return first.includes('e') ? withEscapes(text, end) : plainText(text, end);
};

const plainText = (text: string, end: string): string | undefined => (text.includes('\\') ? undefined : text + end);

const SIMPLE: { readonly [letter: string]: string } = { n: '\n', t: '\t', '\\': '\\' };

/** Escapes that every `echo -e` and `printf` knows; with any other nothing is told. */
function withEscapes(text: string, end = ''): string | undefined {
  let known = true;
  const plain = text.replace(/\\(x[0-9a-fA-F]{2}(?![0-9a-fA-F])|[\s\S]|$)/g, (_, sequence: string) => {
    const code = sequence.length === 3 ? Number.parseInt(sequence.slice(1), 16) : 0;
    if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code);
    const simple = SIMPLE[sequence];
    if (simple === undefined) known = false;
    return simple ?? '';
  });
  return known ? plain + end : undefined;
}

/** `printf FORMAT [ARGUMENT…]` with `%s` and `%d`, used again until there are no arguments left. */
export function format(texts: readonly string[]): string | undefined {
  const [pattern, ...values] = texts[0] === '--' ? texts.slice(1) : texts;
  if (pattern === undefined || pattern.startsWith('-') || pattern.length > 1000) return undefined;
  const template = withEscapes(pattern.replaceAll('%%', '\u0001'));
  if (template === undefined || /%(?![sd])/.test(template)) return undefined;
  const places = template.match(/%[sd]/g)?.length ?? 0;
  let text = '';
  let at = 0;
  do {
    let fine = true;
    text += template.replace(/%([sd])/g, (_, kind: string) => {
      const value = values[at] ?? (kind === 'd' ? '0' : '');
      at += 1;
      if (kind === 'd' && !/^(?:0|-?[1-9]\d{0,14})$/.test(value)) fine = false;
      return value;
    });
    if (!fine || text.length > MAX_TEXT) return undefined;
  } while (at < values.length && places > 0);
  return text.replaceAll('\u0001', '%');
}

const seq: Printer = (texts) => {
  if (texts.length === 0 || texts.length > 2 || !texts.every((text) => /^(?:0|[1-9]\d{0,3})$/.test(text)))
    return undefined;
  const from = texts.length === 2 ? Number(texts[0]) : 1;
  const to = Number(texts.at(-1));
  if (to - from > 200) return undefined;
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `${from + index}\n`).join('');
};

const dirname = (path: string): string => {
  const bare = path.replace(/\/+$/, '');
  if (bare === '') return path.startsWith('/') ? '/' : '.';
  const at = bare.lastIndexOf('/');
  return at < 0 ? '.' : bare.slice(0, at).replace(/\/+$/, '') || '/';
};

const decoded: Printer = (texts, { stdin }) => {
  if (texts.length !== 1 || !/^(?:-d|--decode|-D)$/.test(texts[0] ?? '') || stdin.kind !== 'text') return undefined;
  const text = stdin.text.replace(/\n/g, '');
  if (text.length > MAX_TEXT || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    return undefined;
  const bytes = atob(text);
  return /^[\t\n\x20-\x7e]*$/.test(bytes) ? bytes : undefined;
};

/** With `-v`, and with long options, they speak. */
const nothing: Printer = (texts, { name }) =>
  texts.some((text) => /^-(?:-|.*[vVh])/.test(text) || (name === 'local' && text.startsWith('-p'))) ? undefined : '';
const same: Printer = (texts, { stdin }) =>
  texts.every((text) => text === '-') && texts.length < 2 && stdin.kind === 'text' ? stdin.text : undefined;

const PRINTERS: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ['echo', echo],
  ['printf', (texts) => format(texts)],
  ['pwd', (texts, { state }) => (texts.length === 0 && state.cwds?.length === 1 ? `${state.cwds[0]}\n` : undefined)],
  [
    'basename',
    (texts) =>
      texts.length === 1 && /^[^-]/.test(texts[0] ?? '') ? `${baseName(texts[0] ?? '') || '/'}\n` : undefined,
  ],
  [
    'dirname',
    (texts) => (texts.length === 1 && /^[^-]/.test(texts[0] ?? '') ? `${dirname(texts[0] ?? '')}\n` : undefined),
  ],
  ['seq', seq],
  ['cat', same],
  ['base64', decoded],
  ...': true false local unset read mkdir touch rm cp mv ln chmod sleep test [ shift'
    .split(' ')
    .map((name) => [name, nothing] as const),
  ...'cd export readonly trap alias declare typeset'.split(' ').map((name) => [name, quiet] as const),
]);

/** Prints nothing as long as it is given something to do. */
function quiet(texts: readonly string[], { run, name, assignments }: Invocation): string | undefined {
  if (name === 'cd') return texts.length === 1 && !run.cdpath && !/^-/.test(texts[0] ?? '') ? '' : undefined;
  if (texts.some((text) => text.startsWith('-') && !/^-[rxgaA]$/.test(text))) return undefined;
  return assignments.length > 0 || (name !== 'alias' && name !== 'trap' && texts.length > 0) ? '' : undefined;
}

export function printedBy(invocation: Invocation): string | undefined {
  const printer = PRINTERS.get(invocation.name);
  if (printer === undefined) return undefined;
  const texts: string[] = [];
  for (const word of invocation.args) {
    if (word.kind !== 'text') return undefined;
    texts.push(word.text);
  }
  const text = printer(texts, invocation);
  return text === undefined || text.length > MAX_TEXT ? undefined : text;
}
