// Arguments against the schema that was accepted. INVARIANT: a schema that cannot be checked as it was meant lets no call
// through, and neither schema nor arguments can make a check hang: work is counted, nothing is fetched, nothing goes back.
import { canonicalJson, type Definition, type Fault, type JsonObject, type JsonValue } from '@castellan/contract';
import { Ajv, addFormats } from '@modelcontextprotocol/server/validators/ajv';
import { faultsOf, knownOnly } from './faults.ts';
import { Fuel, OutOfFuel } from './fuel.ts';
import { compilePattern } from './pattern.ts';
import { PatternFault } from './pattern-parse.ts';
import { isObject, SchemaFault } from './pointer.ts';
import { FORMATS, OURS, rewriteSchema } from './rewrite.ts';

/** Every fault of some arguments; empty: they are as the accepted schema wants them. */
export type CheckArguments = (args: JsonObject) => readonly Fault[];

/** Steps of one check: a megabyte of arguments needs a fraction; a second is never reached. */
const FUEL = 3_000_000;
/** Every format of ours is shorter, and its own engine need not look at what is longer. */
const MAX_FORMAT_CHARS = 2_048;
/** Checkers that are kept; the one that was longest unused goes first. */
const KEPT = 256;

type Engine = InstanceType<typeof Ajv>;
const kept = new Map<string, CheckArguments>();

/** The check of a tool's arguments. The same definition has the same checker, compiled once. */
export function argumentsChecker(definition: Definition): CheckArguments {
  const { digest } = definition;
  const checker = kept.get(digest) ?? compiled(definition.definition.inputSchema);
  kept.delete(digest);
  kept.set(digest, checker);
  if (kept.size > KEPT) for (const oldest of [...kept.keys()].slice(0, kept.size - KEPT)) kept.delete(oldest);
  return checker;
}

function compiled(schema: JsonValue | undefined): CheckArguments {
  if (!isObject(schema)) return refuseAll('it has no schema of its arguments');
  const fuel = new Fuel(FUEL);
  let validate: ReturnType<Engine['compile']>;
  try {
    validate = engineWith(fuel).compile(rewriteSchema(schema));
  } catch (error) {
    return refuseAll(
      error instanceof SchemaFault || error instanceof PatternFault ? error.message : 'its schema cannot be compiled',
    );
  }
  return (args) => {
    fuel.refill(FUEL);
    try {
      return validate(args) === true ? [] : faultsOf(validate.errors ?? []);
    } catch (error) {
      const why =
        error instanceof OutOfFuel ? 'the arguments cost too much to check' : 'the arguments cannot be checked';
      return [{ path: '', message: why, hint: 'send less, or less deeply nested, arguments' }];
    }
  };
}

const refuseAll = (why: string): CheckArguments => {
  const faults: readonly Fault[] = [
    { path: '', message: `the tool cannot be called: ${why}`, hint: 'its server has to correct the schema' },
  ];
  return () => faults;
};

function engineWith(fuel: Fuel): Engine {
  const pattern = Object.assign((source: string) => compilePattern(source, fuel), { code: 'compilePattern' });
  const engine = new Ajv({
    strict: false,
    validateSchema: false,
    allErrors: true,
    inlineRefs: false,
    logger: false,
    // Arguments are data of somebody else: `toString` is no property of theirs.
    ownProperties: true,
    code: { regExp: pattern as never, optimize: false },
  });
  for (const name of FORMATS) {
    const inner = formatTest(addFormats.get(name));
    engine.addFormat(name, {
      type: 'string',
      validate: (text: string) => text.length <= MAX_FORMAT_CHARS && inner(text),
    });
  }
  engine.addKeyword({
    keyword: OURS.work,
    schemaType: 'number',
    errors: false,
    compile: (steps: number) => (value: unknown) => {
      fuel.spend(steps + sizeOf(value));
      return true;
    },
  });
  engine.addKeyword({
    keyword: OURS.unique,
    type: 'array',
    errors: false,
    compile: () => (items: readonly JsonValue[]) => {
      // Each is written out to be compared.
      fuel.spend(items.length * 10);
      return new Set(items.map(canonicalJson)).size === items.length;
    },
  });
  engine.addKeyword({ keyword: OURS.known, type: 'object', schemaType: 'array', errors: true, compile: knownOnly });
  return engine;
}

/** A format is a pattern, a function, or either with more to it. */
function formatTest(format: unknown): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return (text) => format(text) === true;
  if (typeof format === 'object' && format !== null && 'validate' in format) return formatTest(format.validate);
  return () => false;
}

/** What there is to look at directly in a value. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
