// From the schema a server wrote to the one that is checked. INVARIANT: only keywords that are known here reach the compiler,
// and an object that declares its properties takes no others: what the server does not ask for, nobody smuggles to it.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { knownProperties } from './known-properties.ts';
import { isObject, pointerTarget, SchemaFault } from './pointer.ts';

/** Keywords of ours that the compiler is taught; none that a server writes reaches it under these names. */
export const OURS = { work: 'castellanWork', known: 'castellanKnown', unique: 'castellanUnique' } as const;

/** Schemas in it. The largest of real servers has some hundreds. */
const MAX_SCHEMAS = 2_000;
/** Each becomes a program of its own. */
const MAX_PATTERNS = 200;
const MAX_DEPTH = 60;

/** Taken over as they are, where they have the type that they must have. */
const PLAIN: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  enum: Array.isArray,
  const: () => true,
  multipleOf: isNumber,
  maximum: isNumber,
  minimum: isNumber,
  exclusiveMaximum: isNumber,
  exclusiveMinimum: isNumber,
  maxLength: isNumber,
  minLength: isNumber,
  maxItems: isNumber,
  minItems: isNumber,
  maxProperties: isNumber,
  minProperties: isNumber,
  required: isNames,
  pattern: (value) => typeof value === 'string',
};

/** Understood by nobody here: to leave one out would check less than the server says. */
const BEYOND: readonly string[] = ['$dynamicRef', '$recursiveRef', 'unevaluatedItems', 'minContains', 'maxContains'];
/** Of strings, where they mean the same to everybody. */
export const FORMATS = [
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
] as const;

/** Keywords by which another schema has a say in what properties there are. */
const ELSEWHERE: readonly string[] = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'dependencies'];

/** @throws SchemaFault when it cannot be checked as it was meant. */
export function rewriteSchema(root: JsonObject): JsonObject {
  return new Rewriter(root).whole();
}

class Rewriter {
  private readonly root: JsonObject;
  /** Targets of references by what they are: each is written once. */
  private readonly names = new Map<JsonValue, string>();
  private readonly targets: [string, JsonValue][] = [];
  private schemas = 0;
  private patterns = 0;
  private asking = 0;
  /** Steps to compare one value with everything written so far. */
  private steps = 0;
  private readonly draft7: boolean;
  constructor(root: JsonObject) {
    this.root = root;
    this.draft7 = typeof root.$schema === 'string' && /draft-0[4-7]/.test(root.$schema);
  }

  whole(): JsonObject {
    const schema = this.counted(() => this.place(this.root, 0));
    const definitions: Record<string, JsonValue> = {};
    // Writing one may find others.
    for (let i = 0; i < this.targets.length; i += 1) {
      const [name, target] = this.targets[i] ?? ['', true];
      definitions[name] = this.counted(() => this.part(target, 0));
    }
    return { ...(isObject(schema) ? schema : { allOf: [schema] }), definitions };
  }

  /** What may be gone through more than once says what it costs each time. */
  private counted(write: () => JsonValue): JsonValue {
    const before = this.steps;
    const written = write();
    return isObject(written) ? { ...written, [OURS.work]: this.steps - before } : written;
  }

  /** The schema of one place in the arguments: here, and nowhere inside it, others are refused. */
  private place(schema: JsonValue, depth: number): JsonValue {
    const written = this.part(schema, depth);
    if (!isObject(schema) || !isObject(written) || this.asking > 0) return written;
    const known = knownProperties(schema, this.root);
    if (known === null) return written;
    // The compiler's own keyword is the quicker one, where nothing else has a say.
    const declared = isObject(written.properties) ? Object.keys(written.properties) : [];
    const alone = ELSEWHERE.every((keyword) => !Object.hasOwn(written, keyword)) && known.length === declared.length;
    return alone ? { ...written, additionalProperties: false } : { ...written, [OURS.known]: known };
  }

  private part(schema: JsonValue, depth: number): JsonValue {
    if (typeof schema === 'boolean') return schema;
    if (!isObject(schema)) throw new SchemaFault('a schema in it is neither an object nor true or false');
    if (depth > MAX_DEPTH) throw new SchemaFault(`its schema nests deeper than ${MAX_DEPTH} levels`);
    this.schemas += 1;
    if (this.schemas > MAX_SCHEMAS) throw new SchemaFault(`its schema has more than ${MAX_SCHEMAS} parts`);
    if (schema !== this.root && typeof schema.$id === 'string') throw new SchemaFault('its schema has an `$id` inside');
    const beyond = BEYOND.find((keyword) => Object.hasOwn(schema, keyword));
    if (beyond !== undefined) throw new SchemaFault(`its schema uses \`${beyond}\``);
    const out: Record<string, JsonValue> = {};
    if (typeof schema.$ref === 'string') {
      out.$ref = this.reference(schema.$ref);
      if (this.draft7) return out;
    }
    this.plain(schema, out);
    this.inPlace(schema, out, depth + 1);
    this.below(schema, out, depth + 1);
    this.steps += workOf(out);
    return out;
  }

  private countPatterns(more: number): void {
    this.patterns += more;
    if (this.patterns > MAX_PATTERNS) throw new SchemaFault(`its schema has more than ${MAX_PATTERNS} patterns`);
  }

  private reference(ref: string): string {
    const target = pointerTarget(this.root, ref);
    let name = this.names.get(target);
    if (name === undefined) {
      name = `d${this.names.size}`;
      this.names.set(target, name);
      this.targets.push([name, target]);
    }
    return `#/definitions/${name}`;
  }

  private plain(schema: JsonObject, out: Record<string, JsonValue>): void {
    for (const [keyword, fits] of Object.entries(PLAIN)) {
      const value = schema[keyword];
      if (value === undefined || !Object.hasOwn(schema, keyword)) continue;
      // Draft 4 says `exclusiveMinimum: true` beside `minimum`.
      if (typeof value === 'boolean' && keyword.startsWith('exclusive')) continue;
      if (!fits(value)) throw new SchemaFault(`its schema has a \`${keyword}\` of the wrong type`);
      if (keyword === 'pattern') this.countPatterns(1);
      out[keyword] = value;
    }
    for (const [exclusive, limit] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const)
      if (schema[exclusive] === true && isNumber(schema[limit] ?? null)) out[exclusive] = schema[limit] ?? 0;
    if (schema.type !== undefined) out.type = typeOf(schema);
    if (schema.uniqueItems === true) out[OURS.unique] = true;
    if (FORMATS.some((format) => format === schema.format)) out.format = schema.format ?? '';
  }

  private inPlace(schema: JsonObject, out: Record<string, JsonValue>, depth: number): void {
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const value = schema[keyword];
      if (value === undefined) continue;
      if (!Array.isArray(value) || value.length === 0)
        throw new SchemaFault(`its schema has a \`${keyword}\` that is no list`);
      out[keyword] = value.map((each: JsonValue) => this.part(each, depth));
    }
    for (const keyword of ['not', 'if', 'then', 'else']) {
      const value = schema[keyword];
      if (value === undefined) continue;
      // To take less than was written is to ask for more where it is denied.
      const asks = keyword === 'not' || keyword === 'if';
      if (asks) this.asking += 1;
      out[keyword] = this.part(value, depth);
      if (asks) this.asking -= 1;
    }
    const needs: Record<string, JsonValue> = {};
    for (const keyword of ['dependencies', 'dependentSchemas', 'dependentRequired'])
      for (const [name, value] of membersOf(schema, keyword)) {
        const need = Array.isArray(value) ? { required: value } : this.part(value, depth);
        if (isObject(need) && Array.isArray(need.required) && !isNames(need.required))
          throw new SchemaFault(`its schema has a \`${keyword}\` of the wrong type`);
        needs[name] = Object.hasOwn(needs, name) ? { allOf: [needs[name] ?? true, need] } : need;
      }
    if (Object.keys(needs).length > 0) out.dependencies = needs;
  }

  private below(schema: JsonObject, out: Record<string, JsonValue>, depth: number): void {
    for (const keyword of ['properties', 'patternProperties']) {
      const members = membersOf(schema, keyword);
      const repeats = keyword === 'patternProperties';
      if (repeats) this.countPatterns(members.length);
      const write = (each: JsonValue): JsonValue =>
        repeats ? this.counted(() => this.place(each, depth)) : this.place(each, depth);
      if (members.length > 0) out[keyword] = Object.fromEntries(members.map(([name, each]) => [name, write(each)]));
    }
    for (const keyword of ['additionalProperties', 'contains', 'propertyNames']) {
      const value = schema[keyword];
      if (value !== undefined) out[keyword] = this.counted(() => this.place(value, depth));
    }
    const first = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined);
    const rest =
      schema.prefixItems === undefined && Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    if (first !== undefined) {
      if (!Array.isArray(first)) throw new SchemaFault('its schema has a `prefixItems` that is no list');
      out.items = first.map((each: JsonValue) => this.place(each, depth));
      if (rest !== undefined) out.additionalItems = this.counted(() => this.place(rest, depth));
    } else if (rest !== undefined) out.items = this.counted(() => this.place(rest, depth));
    if (isObject(schema.unevaluatedProperties)) throw new SchemaFault('its schema uses `unevaluatedProperties`');
  }
}

function isNumber(value: JsonValue): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isNames(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

const TYPES: ReadonlySet<JsonValue> = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);

function typeOf(schema: JsonObject): JsonValue {
  const types: readonly JsonValue[] = Array.isArray(schema.type) ? schema.type : [schema.type ?? ''];
  if (types.length === 0 || !types.every((type) => TYPES.has(type)))
    throw new SchemaFault('its schema has an unknown `type`');
  // OpenAPI's way to say that nothing is something too.
  return [...new Set(schema.nullable === true ? [...types, 'null'] : types)];
}

function membersOf(schema: JsonObject, keyword: string): readonly (readonly [string, JsonValue])[] {
  const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
  if (value === undefined) return [];
  if (!isObject(value)) throw new SchemaFault(`its schema has a \`${keyword}\` that is no object`);
  return Object.entries(value);
}

/** Steps to compare one value with what stands directly in a schema. */
function workOf(schema: Readonly<Record<string, JsonValue>>): number {
  let steps = 1;
  for (const value of Object.values(schema)) {
    if (Array.isArray(value)) steps += value.length;
    else if (isObject(value)) steps += Object.keys(value).length;
    else steps += 1;
  }
  return steps;
}
