// A message among the arguments, by the names that mail and chat tools give its parts.
import type { JsonObject, JsonValue } from '@castellan/contract';

const HEADS = ['to', 'cc', 'bcc', 'recipient', 'recipients', 'channel', 'from', 'subject', 'title'] as const;
const BODIES = ['body', 'text', 'message', 'content'] as const;

export interface Message {
  readonly heads: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

const lineOf = (value: JsonValue | undefined): string | null => {
  if (typeof value === 'string' && value !== '') return value;
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'))
    return value.join(', ');
  return null;
};

/** null: this is no message. */
export function messageOf(given: JsonObject): Message | null {
  const heads = HEADS.flatMap((name) => {
    const value = lineOf(given[name]);
    return value === null ? [] : [{ name, value }];
  });
  const body = BODIES.map((name) => given[name]).find((value) => typeof value === 'string');
  const addressed = heads.some(({ name }) => name !== 'subject' && name !== 'title' && name !== 'from');
  return typeof body === 'string' && addressed ? { heads, body } : null;
}

/** A statement among the arguments. */
export function statementOf(given: JsonObject): string | null {
  const text = given.sql ?? given.query ?? given.statement;
  return typeof text === 'string' &&
    /^\s*(?:--.*\n\s*)*(select|insert|update|delete|drop|alter|create|truncate|with|merge|grant|revoke|call|vacuum|copy)\b/i.test(
      text,
    )
    ? text
    : null;
}
