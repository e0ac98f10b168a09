// Whether something new could be taken for something that is known: by its name, or because its texts speak of another
// module's tool. INVARIANT: the look is one pass over what is offered, whatever the names are made of.
import type { Definition, DefinitionKind, Difference, JsonValue } from '@castellan/contract';
import { overlaps } from './address-overlap.ts';
import { likeness, skeleton } from './confusable.ts';
import { sameName } from './same-names.ts';
import { textsOf } from './texts.ts';

/** Only these are called by name, and taken for each other. */
const NAMED: ReadonlySet<DefinitionKind> = new Set(['tool', 'prompt']);
/** Lookalikes told of one name: more say nothing new. */
const MAX_TOLD = 5;
/** Beyond these many names, only names that look exactly alike are looked for; two thousand tools are nobody's. */
const MAX_PAIRS = 2_000_000;

interface Known {
  readonly module: string | null;
  readonly name: string;
}

type Tell = (definition: Definition, isNew: boolean) => readonly Difference[];

/** What to say of a definition that is not as it was accepted. */
export function look(
  accepted: readonly Definition[],
  offered: readonly Definition[],
  others: ReadonlyMap<string, readonly Definition[]>,
): Tell {
  const own = new Set(offered.filter(isNamed).map(({ name }) => name));
  const foreign = [...others].flatMap(([module, definitions]) =>
    definitions.filter(isNamed).map(({ name }): Known => ({ module, name })),
  );
  const known = [...accepted.filter(isNamed).map(({ name }): Known => ({ module: null, name })), ...foreign];
  const bySkeleton = Map.groupBy(known, ({ name }) => skeleton(name));
  const all = known.length * own.size <= MAX_PAIRS;
  const spokenOf = distinctive(foreign, own);
  const overlapping = overlaps(others);
  return (definition, isNew) => {
    if (!isNamed(definition)) return [...(isNew ? overlapping(definition) : []), ...mentions(definition, spokenOf)];
    const near = isNew ? (all ? known : (bySkeleton.get(skeleton(definition.name)) ?? [])) : [];
    // Who has this very name has those like it on purpose: that it is taken for one of them says nothing new.
    const same = new Set(near.flatMap(({ module, name }) => (name === definition.name ? [module] : [])));
    const told = near.filter(({ module, name }) => name === definition.name || !same.has(module));
    return [
      ...told.flatMap((each) => nameDifference(definition, each)).slice(0, MAX_TOLD),
      ...mentions(definition, spokenOf),
    ];
  };
}

const isNamed = ({ kind }: Definition): boolean => NAMED.has(kind);

function nameDifference(definition: Definition, { module, name }: Known): readonly Difference[] {
  const base = {
    definition: definition.kind,
    name: definition.name,
    other: module === null ? name : `${module}/${name}`,
    lines: [],
  };
  if (name === definition.name) return module === null ? [] : [sameName(definition, module)];
  const how = likeness(definition.name, name);
  if (how === null) return [];
  const whose = module === null ? 'of this module' : `of the module \`${module}\``;
  return [{ ...base, change: 'look-alike', text: `its name is \`${name}\` ${whose}, ${how}` }];
}

/** Names of other modules' tools that stand in no sentence by chance; and any with its module before it. */
function distinctive(foreign: readonly Known[], own: ReadonlySet<string>): ReadonlyMap<string, Known> {
  const names = new Map<string, Known>();
  for (const each of foreign) {
    names.set(`${each.module}__${each.name}`, each);
    names.set(`mcp__${each.module}__${each.name}`, each);
    names.set(`${each.module}.${each.name}`, each);
    if (!own.has(each.name) && each.name.length >= 5 && /[_.-]|[a-z][A-Z]/.test(each.name)) names.set(each.name, each);
  }
  return names;
}

const WORD = /[A-Za-z0-9_.-]{3,200}/g;

/** A tool of one server that speaks of another's wants to change how that one is used. */
function mentions(definition: Definition, names: ReadonlyMap<string, Known>): readonly Difference[] {
  const told = new Map<string, Difference>();
  for (const { text } of textsOf(definition.definition as JsonValue))
    for (const [word] of text.matchAll(WORD)) {
      const known = names.get(word.replace(/[.-]+$/, ''));
      if (known === undefined || told.size >= MAX_TOLD) continue;
      const other = `${known.module}/${known.name}`;
      told.set(other, {
        change: 'shadowing',
        definition: definition.kind,
        name: definition.name,
        other,
        text: `it speaks of \`${known.name}\` of the module \`${known.module}\``,
        lines: [],
      });
    }
  return [...told.values()];
}
