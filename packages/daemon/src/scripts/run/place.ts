// A text in which names stand for secrets, as one plain text: what a person reads on a card, what is recorded, and what is
// filled in at the last moment. INVARIANT: only what the program itself put there stands for a secret. A server that answers
// `${secret:KEY}`, and is quoted back to, is quoted back to.
import { type JsonValue, type ScriptText, type SecretForm, writeSecret } from '@castellan/contract';

const PLACE = /\$\{(?:dollar|secret:([A-Za-z_][A-Za-z0-9_.-]{0,63})(?:\|(json|url))?)\}/g;

const plain = (text: string): string => text.replaceAll(`\${`, `\${dollar}{`);
const placeOf = (secret: string, form: SecretForm): string =>
  form === 'text' ? `\${secret:${secret}}` : `\${secret:${secret}|${form}}`;

/** @param form how every secret in it is written, whatever the parts say: what is taken apart first is filled in as it is. */
export const withPlaces = (text: ScriptText, form?: SecretForm): string =>
  text.map((part) => (typeof part === 'string' ? plain(part) : placeOf(part.secret, form ?? part.as))).join('');

export const plainText = plain;

export function secretsIn(...texts: readonly (string | undefined)[]): readonly string[] {
  const names = texts.flatMap((text) => [...(text ?? '').matchAll(PLACE)].flatMap(([, name]) => name ?? []));
  return [...new Set(names)].sort();
}

/** @param values of every secret in it. */
export function filled(text: string, values: ReadonlyMap<string, string>, form?: SecretForm): string {
  return text.replaceAll(PLACE, (_, name: string | undefined, own: SecretForm | undefined) => {
    if (name === undefined) return '$';
    return writeSecret(values.get(name) ?? '', form ?? own ?? 'text');
  });
}

/** Every text of a value, its names included. */
export function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(textsOf);
  return Object.entries(value).flatMap(([name, part]) => [name, ...textsOf(part)]);
}

export function filledValue(value: JsonValue, values: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return filled(value, values);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((part) => filledValue(part, values));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [filled(name, values), filledValue(part, values)]),
  );
}
