// Checks an event against OCSF 1.7.0 as its authors publish it: which members a class and an object have, which are required,
// what type and which numbers each takes. The part that is used here is data with its source; a member of an object that is
// not in it is a fault too, so that nothing goes unchecked.
import { readFileSync } from 'node:fs';

interface Attribute {
  readonly type: string;
  readonly array?: true;
  readonly required?: true;
  /** Only where `metadata.profiles` names it. */
  readonly profile?: string;
  readonly enum?: Readonly<Record<string, string>>;
}
interface Shape {
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
  readonly attributes: Readonly<Record<string, Attribute>>;
}
interface Type {
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
}
interface Schema {
  readonly version: string;
  readonly classes: Readonly<Record<string, Shape & { readonly class_uid: number; readonly category_uid: number }>>;
  readonly objects: Readonly<Record<string, Shape>>;
  readonly types: Readonly<Record<string, Type>>;
}
type Members = Readonly<Record<string, unknown>>;

const schema = JSON.parse(readFileSync(new URL('ocsf-1.7.0.json', import.meta.url), 'utf8')) as Schema;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Made from the class when the schema is put together; compared below. */
const OF_CLASS = new Set(['category_uid', 'class_uid']);
/** Profiles that every event has without naming them. */
const BUILT_IN = new Set(['host']);

function scalarFault(name: string, value: unknown): string | null {
  const type = schema.types[name];
  if (type === undefined) return `unknown type ${name}`;
  const kind = type.type ?? name;
  if (['integer_t', 'long_t'].includes(kind)) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return 'no whole number';
    const [least, most] = type.range ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    return value < least || value > most ? 'out of range' : null;
  }
  if (kind === 'boolean_t') return typeof value === 'boolean' ? null : 'no boolean';
  if (kind !== 'string_t') return null;
  if (typeof value !== 'string') return 'no text';
  if (type.max_len !== undefined && value.length > type.max_len) return `longer than ${type.max_len}`;
  return type.regex !== undefined && !new RegExp(type.regex).test(value) ? `\`${value}\` is no ${name}` : null;
}

function shapeFaults(shape: Shape, value: unknown, profiles: ReadonlySet<string>, at: string): readonly string[] {
  if (!isMembers(value)) return [`${at}: no object`];
  const applies = ({ profile }: Attribute): boolean => profile === undefined || profiles.has(profile);
  const missing = Object.entries(shape.attributes)
    .filter(([name, each]) => each.required === true && applies(each) && value[name] === undefined)
    .map(([name]) => `${at}.${name}: required`);
  const any = shape.constraints?.at_least_one;
  if (any !== undefined && !any.some((name) => value[name] !== undefined))
    missing.push(`${at}: none of ${any.join(', ')}`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([name, part]): readonly string[] => {
      const each = shape.attributes[name];
      if (each === undefined) return [`${at}.${name}: unknown`];
      if (!applies(each)) return [`${at}.${name}: of profile ${each.profile}, which is not named`];
      if (each.array === true && !Array.isArray(part)) return [`${at}.${name}: no list`];
      const parts: readonly unknown[] = each.array === true ? (part as unknown[]) : [part];
      if (OF_CLASS.has(name)) return [];
      return parts.flatMap((one) => partFaults(each, one, profiles, `${at}.${name}`));
    }),
  ];
}

function partFaults(
  attribute: Attribute,
  value: unknown,
  profiles: ReadonlySet<string>,
  at: string,
): readonly string[] {
  if (attribute.enum !== undefined && typeof value === 'number' && attribute.enum[String(value)] === undefined)
    return [`${at}: ${value} is none of its numbers`];
  // `unmapped`: anything.
  if (attribute.type === 'object') return isMembers(value) ? [] : [`${at}: no object`];
  if (schema.types[attribute.type] !== undefined) {
    const fault = scalarFault(attribute.type, value);
    return fault === null ? [] : [`${at}: ${fault}`];
  }
  const shape = schema.objects[attribute.type];
  return shape === undefined
    ? [`${at}: object ${attribute.type} is not checked here`]
    : shapeFaults(shape, value, profiles, at);
}

/** Every fault of an event; none: it is OCSF. */
export function ocsfFaults(event: unknown): readonly string[] {
  if (!isMembers(event)) return ['no object'];
  const found = Object.entries(schema.classes).find(([, { class_uid }]) => class_uid === event.class_uid);
  if (found === undefined) return [`no class ${String(event.class_uid)}`];
  const [name, shape] = found;
  const metadata = isMembers(event.metadata) ? event.metadata : {};
  const named: readonly unknown[] = Array.isArray(metadata.profiles) ? metadata.profiles : [];
  const profiles = new Set([...BUILT_IN, ...named.map(String)]);
  const sums = [
    ...(event.category_uid === shape.category_uid ? [] : [`${name}.category_uid: not of this class`]),
    ...(event.type_uid === shape.class_uid * 100 + Number(event.activity_id)
      ? []
      : [`${name}.type_uid: not of this activity`]),
    ...(metadata.version === schema.version ? [] : [`${name}.metadata.version: not ${schema.version}`]),
  ];
  return [...sums, ...shapeFaults(shape, event, profiles, name)];
}
