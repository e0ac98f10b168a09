// The exact words of a record: which fields of a query it answers to, and with what. Reads the JSON as it stands, because
// nothing is decided by it and a record that is shown is parsed by the one parser; what is missing is no word.
import { hash } from 'node:crypto';
import { isObject, type Json } from './search-text.ts';

/** `field:value`, lower case. */
export type Word = readonly [field: string, value: string];

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
function peopleOf(field: string, by: unknown): readonly Word[] {
  const name = lower(by);
  if (name === null) return [];
  const short = name.slice(name.indexOf(':') + 1);
  return short === name || short === ''
    ? [[field, name]]
    : [
        [field, name],
        [field, short],
      ];
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function effectWords(effects: unknown): readonly Word[] {
  return list(effects).flatMap(({ kind, target, targetKind }): readonly Word[] => {
    const [effect, host] = [lower(kind), targetKind === 'host' ? lower(target) : null];
    return [
      ...(effect === null ? [] : [['effect', effect] as const]),
      ...(host === null ? [] : [['host', hostOf(host)] as const]),
    ];
  });
}

function toolWords({ module, tool }: Json): readonly Word[] {
  const [of, name] = [lower(module), lower(tool)];
  if (of === null) return [];
  return name === null
    ? [['module', of]]
    : [
        ['module', of],
        ['tool', name],
        ['tool', `${of}/${name}`],
      ];
}

function approvalWords({ state }: Json): readonly Word[] {
  if (!isObject(state)) return [];
  const kind = lower(state.kind);
  return [
    ...(kind === null ? [] : [['change', kind] as const]),
    ...peopleOf('by', state.by),
    ...peopleOf('decider', state.by),
  ];
}

const SIMPLE: readonly (readonly [member: string, field: string])[] = [
  ['kind', 'kind'],
  ['agent', 'agent'],
  ['task', 'task'],
  ['session', 'session'],
  ['call', 'call'],
  ['change', 'change'],
  ['secret', 'secret'],
  ['host', 'host'],
];

/** Redacted secrets and placeholders say which one it was. */
const MENTIONED = /(?:\[redacted:|\$\{secret:)([^\]}\s]{1,100})[\]}]/g;

/** @param text the record's, in lower case. */
export function wordsOf(record: Json, text: string): readonly Word[] {
  const words: Word[] = [];
  for (const [member, field] of SIMPLE) {
    const value = lower(record[member]);
    if (value !== null) words.push([field, value]);
  }
  words.push(...toolWords(record), ...peopleOf('by', record.by), ...peopleOf('by', record.who));
  if (text.includes('[redacted:') || text.includes('secret:'))
    for (const [, name = ''] of text.matchAll(MENTIONED)) words.push(['secret', name]);
  switch (record.kind) {
    case 'attempt': {
      const verdict = isObject(record.verdict) ? record.verdict : {};
      const outcome = lower(verdict.outcome);
      if (outcome !== null) words.push(['verdict', outcome]);
      for (const { id } of list(verdict.reasons)) {
        const rule = lower(id);
        if (rule !== null) words.push(['rule', rule]);
      }
      words.push(...effectWords(record.effects));
      break;
    }
    case 'approval':
      words.push(...approvalWords(record));
      break;
    case 'outcome': {
      const [status, by] = [lower(record.status), lower(record.by)];
      if (status !== null) words.push(['outcome', status]);
      if (by !== null) words.push(['decider', by]);
      break;
    }
    case 'alarm':
      if (isObject(record.alarm)) {
        const [kind, agent] = [lower(record.alarm.kind), lower(record.alarm.agent)];
        if (kind !== null) words.push(['change', kind]);
        if (agent !== null) words.push(['agent', agent]);
      }
      break;
    case 'connection': {
      const outcome = lower(record.outcome);
      if (outcome !== null) words.push(['change', outcome]);
      break;
    }
  }
  return words;
}

/** What every record of a call answers to as its attempt does. */
export const OF_CALL: ReadonlySet<string> = new Set(['agent', 'task', 'session', 'module', 'tool', 'verdict']);
/** What an attempt answers to as soon as a later record says it. */
export const TOLD_LATER: ReadonlySet<string> = new Set(['decider', 'outcome']);
