// What a person made of a call's arguments (H7). They were shown them without their secrets, so what they left as it was
// shown means what stood there really; a part that was hidden and is changed in any other way could only run as the words
// that hid it. Pure.
import type { JsonObject, JsonValue } from '@castellan/contract';

export type Restored =
  | { readonly kind: 'restored'; readonly arguments: JsonObject }
  /** `path`: RFC 6901, of what holds a part that was hidden. */
  | { readonly kind: 'hidden'; readonly path: string };

const HIDDEN = /\[REDACTED(?::[^\]]*)?\]/;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (a: JsonValue | undefined, b: JsonValue | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

class Hidden {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

const step = (path: string, name: string | number): string =>
  `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function put(
  given: JsonValue,
  shown: JsonValue | undefined,
  real: JsonValue | undefined,
  path: string,
): JsonValue | Hidden {
  if (shown !== undefined && real !== undefined && same(given, shown)) return real;
  if (typeof given === 'string') return HIDDEN.test(given) ? new Hidden(path) : given;
  if (Array.isArray(given)) {
    const before = Array.isArray(shown) && Array.isArray(real) && shown.length === real.length ? { shown, real } : null;
    const parts: JsonValue[] = [];
    for (const [n, part] of given.entries()) {
      const found = put(part, before?.shown[n], before?.real[n], step(path, n));
      if (found instanceof Hidden) return found;
      parts.push(found);
    }
    return parts;
  }
  if (!isObject(given)) return given;
  // A hidden name stands for one that is not known by it, so only members under the same name are compared.
  const entries: [string, JsonValue][] = [];
  for (const [name, part] of Object.entries(given)) {
    if (HIDDEN.test(name)) return new Hidden(step(path, name));
    const found = put(
      part,
      isObject(shown) && Object.hasOwn(shown, name) ? shown[name] : undefined,
      isObject(real) && Object.hasOwn(real, name) ? real[name] : undefined,
      step(path, name),
    );
    if (found instanceof Hidden) return found;
    entries.push([name, found]);
  }
  return Object.fromEntries(entries);
}

/** @param given what the person sent; `shown` what they saw of `real`. */
export function restored(given: JsonObject, shown: JsonObject, real: JsonObject): Restored {
  const found = put(given, shown, real, '');
  if (found instanceof Hidden) return { kind: 'hidden', path: found.path };
  return { kind: 'restored', arguments: found as JsonObject };
}
