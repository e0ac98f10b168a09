// What a server offers now against what a person accepted. INVARIANT: whatever is not exactly what was accepted is held back,
// however harmless the difference looks; naming the difference is for the person, not for the decision.
import { canonicalJson, type Definition, type Difference, type JsonValue } from '@castellan/contract';
import { type DefinitionRef, keyOf, named } from './definition.ts';
import { lineDiff } from './line-diff.ts';
import { look } from './look-alike.ts';
import { prettyLines } from './pretty.ts';

export interface Comparison {
  /** For the person, one or more a definition. */
  readonly differences: readonly Difference[];
  /** Held back until they accept. What is gone is not among them: it is just not offered. */
  readonly quarantine: readonly DefinitionRef[];
}

/** Lines shown of one that is new. */
const MAX_NEW_LINES = 200;

/**
 * Compares what a server offers with what was accepted of it.
 *
 * @param others what is accepted of every other module, for names that could be taken for theirs.
 */
export function compare(
  accepted: readonly Definition[],
  offered: readonly Definition[],
  others: ReadonlyMap<string, readonly Definition[]>,
): Comparison {
  const before = new Map(accepted.map((each) => [keyOf(each), each]));
  const now = new Map(offered.map((each) => [keyOf(each), each]));
  const gone = accepted.filter((each) => !now.has(keyOf(each)));
  const sameContent = new Map(gone.map((each) => [contentOf(each), each]));
  const differences: Difference[] = [];
  const quarantine: DefinitionRef[] = [];
  const moved = new Set<string>();
  const tellLikeness = look(accepted, offered, others);
  for (const each of offered) {
    const old = before.get(keyOf(each));
    if (old?.digest === each.digest) continue;
    quarantine.push({ kind: each.kind, name: each.name });
    const former = old === undefined ? sameContent.get(contentOf(each)) : undefined;
    if (old !== undefined) differences.push(changed(old, each));
    else if (former !== undefined && !moved.has(keyOf(former))) {
      moved.add(keyOf(former));
      differences.push(renamed(former, each));
    } else differences.push(added(each));
    differences.push(...tellLikeness(each, old === undefined));
  }
  for (const each of gone) if (!moved.has(keyOf(each))) differences.push(removed(each));
  return { differences, quarantine };
}

const NAMES: ReadonlySet<string> = new Set(['name', 'uri', 'uriTemplate']);

/** Everything but what it is called. */
const contentOf = ({ kind, definition }: Definition): string =>
  `${kind} ${canonicalJson(Object.fromEntries(Object.entries(definition).filter(([member]) => !NAMES.has(member))))}`;

function changed(old: Definition, now: Definition): Difference {
  const members = [...new Set([...Object.keys(old.definition), ...Object.keys(now.definition)])]
    .filter((member) => !same(old.definition[member], now.definition[member]))
    .toSorted();
  return {
    change: 'changed',
    definition: now.kind,
    name: now.name,
    text: `${named(now)} is not what was accepted: ${members.map((member) => `\`${member.slice(0, 60)}\``).join(', ')} changed`,
    lines: [...lineDiff(prettyLines(old.definition), prettyLines(now.definition))],
  };
}

const same = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);

const added = (each: Definition): Difference => ({
  change: 'added',
  definition: each.kind,
  name: each.name,
  text: `${named(each)} is new`,
  lines: prettyLines(each.definition)
    .slice(0, MAX_NEW_LINES)
    .map((line) => `+ ${line}`),
});

const renamed = (old: Definition, now: Definition): Difference => ({
  change: 'renamed',
  definition: now.kind,
  name: now.name,
  other: old.name,
  text: `${named(now)} was accepted as \`${old.name}\``,
  lines: [...lineDiff(prettyLines(old.definition), prettyLines(now.definition))],
});

const removed = (each: Definition): Difference => ({
  change: 'removed',
  definition: each.kind,
  name: each.name,
  text: `${named(each)} is not offered any more`,
  lines: [],
});
