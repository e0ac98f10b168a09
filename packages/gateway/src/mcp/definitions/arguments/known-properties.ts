// Which properties an object may have, by everything a schema says of that one place: itself, what it refers to, and each of
// its alternatives. A place that says itself what else it takes is left as it is.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isObject, pointerTarget } from './pointer.ts';

interface Said {
  readonly names: Set<string>;
  declares: boolean;
  /** It says itself what else it takes. */
  open: boolean;
  /** It says `unevaluatedProperties: false`. */
  closed: boolean;
  readonly looked: Set<JsonValue>;
}

/** The names that are known; null: anything may come. */
export function knownProperties(schema: JsonObject, root: JsonObject): readonly string[] | null {
  const said: Said = { names: new Set(), declares: false, open: false, closed: false, looked: new Set() };
  look(schema, root, said);
  return (said.declares && !said.open) || said.closed ? [...said.names] : null;
}

function look(schema: JsonValue, root: JsonObject, said: Said): void {
  if (!isObject(schema) || said.looked.has(schema)) return;
  said.looked.add(schema);
  if (schema.unevaluatedProperties === false) said.closed = true;
  else if (schema.unevaluatedProperties !== undefined) said.open = true;
  if (schema.additionalProperties !== undefined) said.open = true;
  if (isObject(schema.patternProperties) && Object.keys(schema.patternProperties).length > 0) said.open = true;
  if (isObject(schema.properties)) {
    said.declares = true;
    for (const name of Object.keys(schema.properties)) said.names.add(name);
  }
  if (Array.isArray(schema.required))
    for (const name of schema.required as readonly JsonValue[]) if (typeof name === 'string') said.names.add(name);
  if (typeof schema.$ref === 'string') look(pointerTarget(root, schema.$ref), root, said);
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    for (const each of listOf(schema[keyword])) {
      look(each, root, said);
      if (keyword !== 'allOf' && isObject(each) && takesAnything(each)) said.open = true;
    }
  for (const keyword of ['if', 'then', 'else']) if (schema[keyword] !== undefined) look(schema[keyword], root, said);
  for (const keyword of ['dependentSchemas', 'dependencies'])
    if (isObject(schema[keyword])) for (const each of Object.values(schema[keyword])) look(each, root, said);
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

/** An alternative that is any object at all. */
function takesAnything(schema: JsonObject): boolean {
  const types = listOf(Array.isArray(schema.type) ? schema.type : [schema.type ?? '']);
  return types.includes('object') && Object.keys(schema).every((keyword) => ABOUT.has(keyword));
}

const ABOUT: ReadonlySet<string> = new Set(['type', 'title', 'description', 'default', 'examples', '$comment']);
