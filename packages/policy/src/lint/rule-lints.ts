// What can be said of one rule by itself: words that are none of a closed list, conditions that are always or never true,
// tests that are missing, tools and effects nobody has, remedies nobody can follow.
import type { LabelRule, Manifest, Rule } from '@castellan/contract';
import { environment } from '../cel/environment.ts';
import { matchesName, namePattern } from '../text/name-pattern.ts';
import { nearest } from '../text/nearest.ts';
import { alwaysHolds, neverHolds } from './entail.ts';
import type { Finding, Severity } from './finding.ts';
import { type Formula, formulaOf } from './formula.ts';
import { possibleKinds, toolsOfManifest } from './tool-effects.ts';

/** A rule or a label rule with what its condition means; null: whatever `on` selects. */
export interface Subject {
  readonly rule: Rule | LabelRule;
  readonly source: string;
  readonly shipped: boolean;
  readonly formula: Formula | null;
}

/** null where it does not compile: that is a fault, and said as one. */
export function conditionOf(text: string | undefined): Formula | null {
  if (text === undefined) return null;
  try {
    return formulaOf(environment.parse(text).ast);
  } catch {
    return null;
  }
}

export interface Known {
  readonly manifests: readonly Manifest[];
  /** `policy lint`, `watch`: the commands there are; none: remedies are not looked at. */
  readonly commands: ReadonlySet<string>;
}

export function ruleFindings(subject: Subject, known: Known): readonly Finding[] {
  const { rule, source } = subject;
  const say = (lint: string, severity: Severity, message: string, fix: string): Finding => ({
    lint,
    severity,
    about: rule.id,
    source,
    message,
    fix,
  });
  return [
    ...conditionFindings(subject, say),
    ...selectionFindings(subject, known.manifests, say),
    ...testFindings(rule, say),
    ...('remedy' in rule ? remedyFindings(rule, known.commands, say) : []),
  ];
}

type Say = (lint: string, severity: Severity, message: string, fix: string) => Finding;

function conditionFindings({ formula }: Subject, say: Say): readonly Finding[] {
  if (formula === null) return [];
  const wrong = [...wrongWords(formula)].map(([key, { value, all }]) => {
    const field = key.split('.').at(-1) ?? key;
    const near = nearest(value, all);
    const fix =
      near === undefined ? `one of ${all.filter((each) => each !== '').join(', ')}` : `did you mean \`${near}\`?`;
    return say('no-such-value', 'error', `\`${field}\` is never \`${value}\``, fix);
  });
  if (wrong.length > 0) return wrong;
  if (neverHolds(formula)) {
    return [
      say(
        'never-matches',
        'error',
        'its condition can never be true, so it guards nothing',
        'correct `if`: two parts of it exclude each other',
      ),
    ];
  }
  if (alwaysHolds(formula)) {
    return [say('always-true', 'warning', 'its condition is always true', 'leave `if` out, or correct it')];
  }
  return [];
}

function wrongWords(
  formula: Formula,
  found = new Map<string, { readonly value: string; readonly all: readonly string[] }>(),
) {
  switch (formula.kind) {
    case 'and':
    case 'or':
      for (const part of formula.parts) wrongWords(part, found);
      break;
    case 'exists':
    case 'every':
      wrongWords(formula.body, found);
      break;
    case 'field':
      for (const value of formula.values) {
        if (formula.all !== null && !formula.all.includes(value)) found.set(formula.key, { value, all: formula.all });
      }
      break;
    case 'constant':
    case 'atom':
      break;
  }
  return found;
}

const isExact = (text: string): boolean => !text.includes('*');

function selectionFindings({ rule, shipped }: Subject, manifests: readonly Manifest[], say: Say): readonly Finding[] {
  const { tools, effects } = rule.on;
  if (tools === undefined) return [];
  const all = manifests.flatMap((manifest) =>
    toolsOfManifest(manifest).map((tool) => ({ names: [manifest.name, ...manifest.aliases], tool })),
  );
  const findings: Finding[] = [];
  const selected = tools.map((text) => {
    const pattern = namePattern(text);
    return all.filter(({ names, tool }) => matchesName(pattern, names, tool.name));
  });
  const nothing = tools.filter((_, index) => selected[index]?.length === 0);
  // A list of servers of the world may name some that are not here. One name that stands alone, or none that fits, may not.
  const said = nothing.length === tools.length ? nothing.slice(0, 1) : shipped ? [] : nothing.filter(isExact);
  for (const text of said) {
    const { module, tool } = namePattern(text);
    const modules = manifests.flatMap((manifest) => [manifest.name, ...manifest.aliases]);
    const near = modules.includes(module) ? undefined : nearest(module, modules);
    const here = manifests.filter(({ name, aliases }) => [name, ...aliases].includes(module));
    const other = nearest(
      tool,
      here.flatMap(toolsOfManifest).map(({ name }) => name),
    );
    const meant = near === undefined ? other : `${near}/${tool}`;
    findings.push(
      say(
        'no-such-tool',
        'warning',
        `\`on.tools\` names \`${text}\`, and no manifest has such a tool`,
        meant === undefined
          ? 'correct the name; where the tool comes later, the rule waits for it'
          : `did you mean \`${meant}\`?`,
      ),
    );
  }
  const found = selected.flat();
  // A tool that nobody lists may do anything, and so may every pattern that could select one.
  const closed = nothing.length === 0 && tools.every(isExact);
  if (effects !== undefined && closed && found.length > 0) {
    const possible = new Set(found.flatMap(({ tool }) => [...possibleKinds(tool)]));
    if (effects.every((kind) => !possible.has(kind))) {
      const kinds = effects.map((kind) => `\`${kind}\``).join(', ');
      findings.push(
        say(
          'no-such-effect',
          'error',
          `none of its tools declares an effect ${kinds}, so it never matches`,
          "correct `on.effects`, or declare the effect in the module's manifest",
        ),
      );
    }
  }
  return findings;
}

function testFindings({ tests }: Rule | LabelRule, say: Say): readonly Finding[] {
  const [hits, misses] = [tests.some(({ matches }) => matches), tests.some(({ matches }) => !matches)];
  if (hits && misses) return [];
  const lacks = hits ? 'a case that must not match' : misses ? 'a case that must match' : 'tests';
  const verb = hits || misses ? 'it lacks' : 'it has no';
  return [
    say('untested', 'warning', `${verb} ${lacks}`, 'add `tests:` with a call that matches and one that does not'),
  ];
}

/** A remedy is followed word for word: a command that is not there is a dead end. */
function remedyFindings({ remedy, reason }: Rule, commands: ReadonlySet<string>, say: Say): readonly Finding[] {
  if (commands.size === 0) return [];
  return [...`${remedy} ${reason}`.matchAll(/`castellan((?: [^`\s]+)*)`/g)].flatMap(([quoted, words = '']) => {
    const path = words.split(' ').filter((word) => /^[a-z][a-z-]*$/.test(word));
    const first = path[0];
    if (first === undefined || commands.has(`${first} ${path[1] ?? ''}`) || commands.has(first)) return [];
    const near = nearest(first, commands);
    return [
      say(
        'no-such-command',
        'warning',
        `it tells people to run ${quoted}, which is no command`,
        near === undefined ? 'correct the remedy' : `did you mean \`castellan ${near}\`?`,
      ),
    ];
  });
}
