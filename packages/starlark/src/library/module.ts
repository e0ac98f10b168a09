// module: a named collection of values, usually what a host gives a program under one name. Its text does not tell what is in it.
import { COST } from '../values/cost.ts';
import { Builtin, type Run } from '../values/function.ts';
import type { Extension, ExtensionType, Value } from '../values/value.ts';
import { unpackPositional, wantString } from './unpack.ts';

/** A module: its name, and what is in it. Programs see its members as attributes. */
export class Module implements Extension {
  readonly extension: ExtensionType;
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;

  constructor(name: string, members: ReadonlyMap<string, Value>) {
    this.extension = MODULE;
    this.name = name;
    this.members = members;
  }
}

const MODULE: ExtensionType = {
  name: 'module',
  text(self, writer) {
    writer.put('<module ');
    writer.repr((self as Module).name);
    writer.put('>');
  },
  attribute: (self, name) => (self as Module).members.get(name),
  attributeNames: (self) => [...(self as Module).members.keys()],
  parts: (self) => [...(self as Module).members.values()],
};

const make: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'module', positional, [], 1, [wantString]);
  thread.allocate(COST.dict + named.length * COST.entry);
  return new Module(positional[0] as string, new Map(named));
};

/** The built-in `module(name, **members)`, for hosts that give it to programs. */
export const module: Builtin = new Builtin('module', make);

/** A module of built-in functions and constants; `prefix` is put before the functions' names in their messages. */
export function moduleOf(
  name: string,
  functions: readonly (readonly [string, Run])[],
  constants: readonly (readonly [string, Value])[] = [],
  prefix = '',
): Module {
  const made = functions.map(([key, run]): [string, Value] => [key, new Builtin(prefix + key, run)]);
  return new Module(name, new Map([...made, ...constants]));
}
