// The exact words of a record: which fields of a query it answers to, and with what. Reads the JSON as it stands, because
// nothing is decided by it and a record that is shown is parsed by the one parser; what is missing is no word.
import { hash } from 'node:crypto';
import { isObject, type Json } from './search-text.ts';

/** Takes a word: lower case. */
export type Take = (field: string, value: string) => void;

/** Fields of which the values are kept, so that `*` can be looked for among them. */
export const NAMED: ReadonlySet<string> = new Set([
  'tool',
  'module',
  'host',
  'rule',
  'secret',
  'change',
  'by',
  'decider',
]);

/** 48 bits of SHA-256: nobody meets another word by accident, and whoever makes one meet finds a record too many. */
export const wordNumber = (field: string, value: string): number =>
  hash('sha256', `${field}:${value}`, 'buffer').readUIntBE(0, 6);

const lower = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 300).toLowerCase() : null;

const hostOf = (target: string): string => target.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');

/** `person:anna` is anna too. */
function takePeople(field: string, by: unknown, take: Take): void {
  const name = lower(by);
  if (name === null) return;
  take(field, name);
  const short = name.slice(name.indexOf(':') + 1);
  if (short !== name && short !== '') take(field, short);
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function takeOne(field: string, value: unknown, take: Take): void {
  const word = lower(value);
  if (word !== null) take(field, word);
}

function takeTool({ module, tool }: Json, take: Take): void {
  const [of, name] = [lower(module), lower(tool)];
  if (of === null) return;
  take('module', of);
  if (name === null) return;
  take('tool', name);
  take('tool', `${of}/${name}`);
}

function takeAttempt({ verdict, effects }: Json, take: Take): void {
  if (isObject(verdict)) {
    takeOne('verdict', verdict.outcome, take);
    for (const { id } of list(verdict.reasons)) takeOne('rule', id, take);
  }
  for (const { kind, target, targetKind } of list(effects)) {
    takeOne('effect', kind, take);
    const host = targetKind === 'host' ? lower(target) : null;
    if (host !== null) take('host', hostOf(host));
  }
}

function takeApproval({ state }: Json, take: Take): void {
  if (!isObject(state)) return;
  takeOne('change', state.kind, take);
  takePeople('by', state.by, take);
  takePeople('decider', state.by, take);
}

const SIMPLE: readonly string[] = ['kind', 'agent', 'task', 'session', 'change', 'secret', 'host'];

/** Redacted secrets and placeholders say which one it was. */
const MENTIONED = /(?:\[redacted:|\$\{secret:)([^\]}\s]{1,100})[\]}]/g;

/** Gives every word of a record; some more than once. @param text the record's, in lower case. */
export function takeWords(record: Json, text: string, take: Take): void {
  for (const field of SIMPLE) if (record[field] !== undefined) takeOne(field, record[field], take);
  takeTool(record, take);
  takePeople('by', record.by, take);
  takePeople('by', record.who, take);
  if (text.includes('[redacted:') || text.includes('secret:'))
    for (const [, name = ''] of text.matchAll(MENTIONED)) take('secret', name);
  switch (record.kind) {
    case 'attempt':
      takeAttempt(record, take);
      break;
    case 'approval':
      takeApproval(record, take);
      break;
    case 'outcome':
      takeOne('outcome', record.status, take);
      takeOne('decider', record.by, take);
      break;
    case 'alarm':
      if (!isObject(record.alarm)) break;
      takeOne('change', record.alarm.kind, take);
      takeOne('agent', record.alarm.agent, take);
      break;
    case 'connection':
      takeOne('change', record.outcome, take);
      break;
  }
}

/** What every record of a call answers to as its attempt does. */
export const OF_CALL: ReadonlySet<string> = new Set(['agent', 'task', 'session', 'module', 'tool', 'verdict']);
/** What an attempt answers to as soon as a later record says it. */
export const TOLD_LATER: ReadonlySet<string> = new Set(['decider', 'outcome']);
