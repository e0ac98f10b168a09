// struct: an immutable record of named fields. A struct has a constructor, which is part of what it is: two are equal, and can be added,
// only if theirs are equal. INVARIANT: names are sorted; what recurses into fields counts how deep it is.

import { COMPARED_DEPTH, compareStrings, equals } from '../values/compare.ts';
import { COST } from '../values/cost.ts';
import { extensionOf } from '../values/extension.ts';
import { Builtin, type Named, type Run } from '../values/function.ts';
import { hashKey } from '../values/hash.ts';
import { Tuple } from '../values/list.ts';
import { repr } from '../values/text.ts';
import type { Extension, ExtensionType, Meter, Value } from '../values/value.ts';

/** A struct: what made it, and its fields in the order of their names. `structOf` makes them. */
export class Struct implements Extension {
  readonly extension: ExtensionType;
  /** `"struct"`, or whatever a host tells its kinds of structs apart by. */
  readonly maker: Value;
  readonly fields: ReadonlyMap<string, Value>;

  constructor(maker: Value, fields: ReadonlyMap<string, Value>) {
    this.extension = STRUCT;
    this.maker = maker;
    this.fields = fields;
  }
}

/** A struct of named arguments, for a host's own constructors too. */
export function structOf(maker: Value, named: Named, thread: Meter): Struct {
  thread.step(named.length);
  thread.allocate(COST.dict + named.length * COST.entry);
  return new Struct(maker, new Map(named.toSorted(([a], [b]) => compareStrings(a, b))));
}

const make: Run = (thread, _self, positional, named) => {
  if (positional.length > 0) return thread.fail('struct: unexpected positional arguments');
  return structOf('struct', named, thread);
};

/** The built-in `struct`, for hosts that give it to programs. */
export const struct: Builtin = new Builtin('struct', make);

/** Of each run, how many structs are being gone into. */
const nesting = new WeakMap<Meter, number>();

function nested<T>(thread: Meter, message: string, run: () => T): T {
  const depth = nesting.get(thread) ?? 0;
  if (depth >= COMPARED_DEPTH) thread.fail(message);
  nesting.set(thread, depth + 1);
  try {
    return run();
  } finally {
    nesting.set(thread, depth);
  }
}

const STRUCT: ExtensionType = {
  name: 'struct',
  text(self, writer) {
    const { maker, fields } = self as Struct;
    if (typeof maker === 'string') writer.put(maker);
    else writer.repr(maker);
    writer.put('(');
    let separator = '';
    for (const [name, value] of fields) {
      writer.put(`${separator}${name} = `);
      writer.repr(value);
      separator = ', ';
    }
    writer.put(')');
  },
  attribute: (self, name) => (self as Struct).fields.get(name),
  attributeNames: (self) => [...(self as Struct).fields.keys()],
  missing(self, name) {
    const { maker } = self as Struct;
    const kind = maker === 'struct' ? '' : `${makerText(maker)} `;
    return `${kind}struct has no .${name} attribute`;
  },
  parts: (self) => [...(self as Struct).fields.values()],
  equals(self, other, thread) {
    const [a, b] = [self as Struct, other as Struct];
    if (a.fields.size !== b.fields.size || !equals(a.maker, b.maker, thread)) return false;
    return nested(thread, 'comparison exceeded maximum recursion depth', () => {
      for (const [name, value] of a.fields) {
        thread.step(1);
        const theirs = b.fields.get(name);
        if (theirs === undefined || !equals(value, theirs, thread)) return false;
      }
      return true;
    });
  },
  hashText(self, thread) {
    const { maker, fields } = self as Struct;
    thread.step(fields.size);
    thread.allocate(2 * fields.size * COST.item);
    return nested(thread, 'struct is nested too deeply to be hashed', () =>
      String(hashKey(new Tuple([maker, ...[...fields].flat()]), thread)),
    );
  },
  binary(operator, self, other, swapped, thread) {
    if (operator !== '+' || swapped || !(other instanceof Struct)) return undefined;
    const struct = self as Struct;
    if (!equals(struct.maker, other.maker, thread)) {
      const [ours, theirs] = [repr(struct.maker, thread), repr(other.maker, thread)];
      return thread.fail(`cannot add structs of different constructors: ${ours} + ${theirs}`);
    }
    return structOf(struct.maker, [...new Map([...struct.fields, ...other.fields])], thread);
  },
};

/** Only for a message: as much of it as can be had without a budget. */
function makerText(maker: Value): string {
  if (typeof maker === 'string') return JSON.stringify(maker);
  if (maker instanceof Builtin) return `<built-in function ${maker.name}>`;
  const told = extensionOf(maker);
  if (told === undefined) return String(maker);
  let text = '';
  told.extension.text(told, {
    put: (piece) => {
      text += piece;
    },
    repr: () => {
      text += '...';
    },
  });
  return text;
}
