// References inside a schema. INVARIANT: a reference leads to another place of the same schema, or the schema is refused:
// nothing is ever fetched, and no address of a server's choice is ever reached.
import type { JsonObject, JsonValue } from '@castellan/contract';

/** Says why a schema cannot be used; caught where it is compiled. */
export class SchemaFault extends Error {}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws SchemaFault when it leads nowhere, or out of the schema. */
export function pointerTarget(root: JsonObject, ref: string): JsonValue {
  const own = typeof root.$id === 'string' ? root.$id.replace(/#$/, '') : '';
  const hash = own !== '' && ref.startsWith(own) ? ref.slice(own.length) : ref;
  if (hash === '' && ref !== '') return root;
  if (!hash.startsWith('#')) throw new SchemaFault(`its schema refers to \`${ref.slice(0, 100)}\`, which is not in it`);
  if (hash === '#') return root;
  const target = hash.startsWith('#/') ? atPointer(root, hash.slice(2)) : atAnchor(root, hash.slice(1));
  if (target === undefined) throw new SchemaFault(`its schema refers to \`${ref.slice(0, 100)}\`, which is not in it`);
  return target;
}

function atPointer(root: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const raw of pointer.split('/')) {
    const key = unescaped(raw);
    if (key === null || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? (value as readonly JsonValue[])[Number(key)] : (value as JsonObject)[key];
  }
  return value;
}

function unescaped(part: string): string | null {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}

function atAnchor(root: JsonObject, anchor: string): JsonValue | undefined {
  const waiting: JsonValue[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && value.$anchor === anchor) return value;
    waiting.push(...Object.values(value));
  }
  return undefined;
}
