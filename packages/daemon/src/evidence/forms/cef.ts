// Common Event Format, version 0: a header of seven parts and an extension of keys. INVARIANT: what a record says can end
// neither a part nor a value nor a line: an agent that could would write events of its own into somebody's SIEM.
import type { Evidence } from './evidence.ts';
import { fieldsOf, type Severity } from './fields.ts';

const SEVERITY: Readonly<Record<Severity, number>> = { info: 2, low: 3, medium: 6, high: 8, critical: 10 };
/** ArcSight cuts what is longer than 1023 characters in string fields of the dictionary. */
const MOST = 1023;

/** What ends a line anywhere, and what is not to be seen at all. */
const BREAKS = /\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/g;
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f]/g;

/** Of a part of the header: no line ends there at all. */
export const headerPart = (text: string): string =>
  text.replace(BREAKS, ' ').replace(UNSEEN, '').replaceAll('\\', '\\\\').replaceAll('|', '\\|');

/** Of a value: line ends are written as the two characters that the format has for them. */
export const extensionValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replace(BREAKS, '\\n').replace(UNSEEN, '');

/** Cut before it is escaped, and never between two halves of one sign. */
function cut(text: string): string {
  if (text.length <= MOST) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
  return text.slice(0, end);
}

export function cefLine({ index, leaf, record }: Evidence, version: string): string {
  const fields = fieldsOf(record);
  const signature = `${record.kind}:${fields.what}`;
  const name = fields.tool === '' ? `${record.kind} ${fields.what}` : `${fields.module}/${fields.tool} ${fields.what}`;
  const header = ['CEF:0', 'Castellan', 'castellan', version, signature, cut(name), SEVERITY[fields.severity]]
    .map((part, n) => (n === 0 ? String(part) : headerPart(String(part))))
    .join('|');
  const extension: readonly (readonly [key: string, value: string])[] = [
    ['rt', String(record.at)],
    ['externalId', String(index)],
    ['suser', fields.who],
    ['act', fields.verdict === '' ? fields.what : fields.verdict],
    ['outcome', fields.status],
    ['reason', fields.decider],
    ['msg', fields.text],
    ['request', fields.effects.join('; ')],
    ...labelled('cs1', 'call', fields.call),
    ...labelled('cs2', 'task', fields.task),
    ...labelled('cs3', 'session', fields.session),
    ...labelled('cs4', 'agent', fields.agent),
    ...labelled('cs5', 'object', fields.object),
    ...labelled('cs6', 'leaf', leaf),
  ];
  const said = extension
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${extensionValue(cut(value))}`);
  return `${header}|${said.join(' ')}`;
}

const labelled = (key: string, label: string, value: string): readonly (readonly [string, string])[] =>
  value === ''
    ? []
    : [
        [key, value],
        [`${key}Label`, label],
      ];
