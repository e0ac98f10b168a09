// Names and addresses that another module of the person has too. RULE: a few are told one by one, beside what they are about; a
// server like another one is told once, with how many and which, so that what else was found is not lost among them.
import type { Definition, Difference } from '@castellan/contract';

/** More than these of one module are told as one. */
const MAX_APART = 2;
/** Names that are spelt out. */
const MAX_NAMED = 40;

interface Sort {
  one(module: string, name: string): string;
  many(module: string, count: number): string;
}

const NAMES: Sort = {
  one: (module, name) => `the module \`${module}\` has a \`${name}\` too`,
  many: (module, count) => `the module \`${module}\` has ${count} of the same names`,
};
const ADDRESSES: Sort = {
  one: (module, name) => `addresses of the module \`${module}\` fit it, or it fits theirs: \`${name}\``,
  many: (module, count) => `addresses of the module \`${module}\` fit ${count} of these, or these fit theirs`,
};

const shared = (sort: Sort, { kind, name }: Definition, module: string, theirs: string): Difference => ({
  change: 'shadowing',
  definition: kind,
  name,
  other: `${module}/${theirs}`,
  text: sort.one(module, theirs),
  lines: [],
});

/** What is told of one name. */
export const sameName = (each: Definition, module: string): Difference => shared(NAMES, each, module, each.name);

/** What is told of one address or pattern. @param theirs the one of the other module. */
export const sameAddress = (each: Definition, module: string, theirs: string): Difference =>
  shared(ADDRESSES, each, module, theirs);

interface Group {
  readonly sort: Sort;
  readonly module: string;
  readonly all: Difference[];
}

/** The same differences, with those about one module as one where they are many. It stands where the first of them stood. */
export function foldSameNames(differences: readonly Difference[]): readonly Difference[] {
  const groups = new Map<string, Group>();
  const groupOf = new Map<Difference, Group>();
  for (const each of differences) {
    const found = sortOf(each);
    if (found === null) continue;
    const key = found.sort.one(found.module, '');
    const group = groups.get(key) ?? { ...found, all: [] };
    groups.set(key, group);
    group.all.push(each);
    groupOf.set(each, group);
  }
  return differences.flatMap((each) => {
    const group = groupOf.get(each);
    if (group === undefined || group.all.length <= MAX_APART) return [each];
    return each === group.all[0] ? [folded(group)] : [];
  });
}

function sortOf({ change, other = '', text }: Difference): Pick<Group, 'sort' | 'module'> | null {
  const at = other.indexOf('/');
  const [module, theirs] = [other.slice(0, at), other.slice(at + 1)];
  const sort = [NAMES, ADDRESSES].find(({ one }) => text === one(module, theirs));
  return change !== 'shadowing' || sort === undefined ? null : { sort, module };
}

function folded({ sort, module, all }: Group): Difference {
  const names = [...new Set(all.map(({ name }) => `\`${name}\``))];
  const shown = names.slice(0, MAX_NAMED).join(', ');
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return {
    change: 'shadowing',
    definition: null,
    name: '',
    other: module,
    text: `${sort.many(module, names.length)}: ${shown}${more}`,
    lines: [],
  };
}
