// Structured results against the schema that was accepted for them. The checker is the one for arguments, whose work is
// counted; a result may have members that its schema does not name, which arguments may not.
import type { Definition, JsonObject, JsonValue } from '@castellan/contract';
import { argumentsChecker, type CheckArguments } from '../definitions/index.ts';
import { isObject } from './object.ts';

/** Null: it is as promised, or nothing was promised. */
export function outputFault(definition: Definition, result: JsonObject): string | null {
  const { structuredContent, isError } = result;
  const schema = definition.definition.outputSchema;
  if (!isObject(schema) || isError === true) return null;
  if (structuredContent === undefined) return 'structured content is promised and not there';
  const [fault] = checkerOf(definition, schema)({ value: structuredContent });
  return fault === undefined ? null : `structured content is not as promised: \`${fault.path}\` ${fault.message}`;
}

const checkers = new WeakMap<Definition, CheckArguments>();

function checkerOf(definition: Definition, schema: JsonObject): CheckArguments {
  let checker = checkers.get(definition);
  if (checker === undefined) {
    const inputSchema = wrapped(schema);
    const mark = `${definition.digest}/output`;
    // Kept here by definition; the digest only keeps it apart from the checker of its arguments.
    checker = argumentsChecker({ ...definition, digest: mark as Definition['digest'], definition: { inputSchema } });
    checkers.set(definition, checker);
  }
  return checker;
}

/** The root need not be an object, so it becomes a property of one; what refers to the root refers to that. */
const wrapped = (schema: JsonObject): JsonObject => ({
  type: 'object',
  ...(schema.$schema === undefined ? {} : { $schema: schema.$schema }),
  properties: { value: rebased(opened(schema)) },
  required: ['value'],
});

const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const SCHEMAS: ReadonlySet<string> = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
]);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

/** Every object may have further members, unless its schema says otherwise. Depth is bounded where definitions are read. */
function opened(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]): readonly [string, JsonValue] => {
    if (MAPS.has(key) && isObject(value)) {
      return [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, opened(each)]))];
    }
    if (SCHEMAS.has(key)) return [key, opened(value)];
    if (LISTS.has(key) && Array.isArray(value)) return [key, (value as readonly JsonValue[]).map(opened)];
    return [key, value];
  });
  const made = Object.fromEntries(entries);
  return isObject(schema.properties) && schema.additionalProperties === undefined
    ? { ...made, additionalProperties: true }
    : made;
}

function rebased(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(rebased);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === '$ref' && typeof each === 'string' && each.startsWith('#')) {
        return [key, `#/properties/value${each.slice(1)}`];
      }
      return [key, rebased(each)];
    }),
  );
}
