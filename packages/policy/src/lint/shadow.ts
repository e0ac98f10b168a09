// Rules that another one always outdoes. INVARIANT: only what is proved is said: the other selects at least the same calls,
// its condition follows from this one's, and it is strictly stricter, or the very same.
import type { Rule } from '@castellan/contract';
import { like } from '../cel/environment.ts';
import { outcomeOf } from '../compile-rules.ts';
import { follows, neverHolds } from './entail.ts';
import type { Finding } from './finding.ts';
import type { Formula } from './formula.ts';
import type { Subject } from './rule-lints.ts';

type RuleSubject = Subject & { readonly rule: Rule };

const TRUE: Formula = { kind: 'constant', value: true };

/** Whether everything `narrow` is about, `wide` is about too. */
function selectsAll(wide: Rule['on'], narrow: Rule['on']): boolean {
  const tools =
    wide.tools === undefined ||
    // A pattern within a pattern: a `*` of the narrow one is an ordinary character to the wide one, so it covers it.
    (narrow.tools?.every((text) => wide.tools?.some((other) => covers(other, text))) ?? false);
  const effects =
    wide.effects === undefined || (narrow.effects?.every((kind) => wide.effects?.includes(kind)) ?? false);
  return tools && effects;
}

function covers(wide: string, narrow: string): boolean {
  const [[module = '', tool = ''], [ofModule = '', ofTool = '']] = [wide.split('/'), narrow.split('/')];
  return like(ofModule, module) && like(ofTool, tool);
}

/** Critical deny, Critical confirm, Strict: the order in which reasons decide. */
function strictness(rule: Rule): number {
  if (rule.tier === 'critical') return outcomeOf(rule) === 'deny' ? 3 : 2;
  return rule.tier === 'strict' ? 1 : 0;
}

export function shadowFindings(subjects: readonly RuleSubject[]): readonly Finding[] {
  // From what is never true everything follows; that it never is has been said.
  const deciding = subjects.filter(
    ({ rule, formula }) => rule.tier !== 'guideline' && (formula === null || !neverHolds(formula)),
  );
  return deciding.flatMap((subject, index) => {
    const by = deciding.find((other, at) => other !== subject && outdoes(other, subject, at < index));
    if (by === undefined) return [];
    const same = strictness(by.rule) === strictness(subject.rule);
    return [
      {
        lint: 'shadowed',
        severity: 'warning' as const,
        about: subject.rule.id,
        source: subject.source,
        message: same
          ? `it says the same as \`${by.rule.id}\``
          : `it never decides: whenever it matches, \`${by.rule.id}\` matches too and is stricter`,
        fix: same ? 'keep one of the two' : `narrow \`${by.rule.id}\`, or remove this one`,
      },
    ];
  });
}

function outdoes(other: RuleSubject, subject: RuleSubject, earlier: boolean): boolean {
  const [theirs, ours] = [other.formula ?? TRUE, subject.formula ?? TRUE];
  // A condition that does not compile is a fault of its own.
  if (
    (other.rule.if !== undefined && other.formula === null) ||
    (subject.rule.if !== undefined && subject.formula === null)
  )
    return false;
  const gap = strictness(other.rule) - strictness(subject.rule);
  if (gap < 0 || (gap === 0 && !earlier)) return false;
  if (!selectsAll(other.rule.on, subject.rule.on) || !follows(ours, theirs)) return false;
  return gap > 0 || (selectsAll(subject.rule.on, other.rule.on) && follows(theirs, ours));
}
