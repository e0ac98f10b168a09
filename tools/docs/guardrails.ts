// docs/reference/guardrails.md: every rule that ships, by tier, in the words that people are shown when it matches.
import type { Rule, RuleTest } from '@castellan/contract';
import { CLAIMS } from '../../test/claims/claims.ts';
import { shippedPolicy } from './shipped.ts';
import { cell, familyOf, generatedFrom, table } from './text.ts';

export const GUARDRAILS = 'docs/reference/guardrails.md';

const TIERS: readonly { readonly tier: Rule['tier']; readonly title: string; readonly text: string }[] = [
  {
    tier: 'critical',
    title: 'Critical',
    text: 'A match is refused or, where the rule says so, needs a person each single time. Nothing waives it: no preset, level, grant, profile, setting or client.',
  },
  {
    tier: 'strict',
    title: 'Strict',
    text: 'Enforced by default. A person may approve the single call; no grant covers it.',
  },
  {
    tier: 'guideline',
    title: 'Guideline',
    text: 'Advice to the agent, and a line in the record. It never blocks.',
  },
];

/** What a call in a rule's own test is, in one line: the command, or the tool and what it is about. */
function spoken({ call }: RuleTest): string {
  const { command, file_path, path, url } = call.input as Record<string, unknown>;
  const about = command ?? file_path ?? path ?? url;
  const words = typeof about === 'string' ? about.split('\n')[0] : '';
  const said = command === undefined ? `${call.tool} ${words}`.trim() : words;
  return `\`${(said ?? '').replaceAll('`', "'").slice(0, 90)}\``;
}

const caseOf = (rule: Rule, matches: boolean): string => {
  const found = rule.tests.find((test) => test.matches === matches);
  return found === undefined ? '–' : `${found.name}: ${spoken(found)}`;
};

const outcomeOf = (rule: Rule): string => {
  if (rule.tier === 'guideline') return 'advice';
  return rule.tier === 'strict' || rule.outcome === 'confirm' ? 'a person, each time' : 'refused';
};

/** What a promise is about: its words up to the first stop. */
const shortly = (text: string): string => text.split(/[:;.,(]/)[0]?.trim() ?? text;

function family(id: string, rules: readonly Rule[]): readonly string[] {
  const claim = CLAIMS.find((each) => each.id === `G-${id}`);
  return [
    `### ${id}${claim === undefined ? '' : ` · ${shortly(claim.text)}`}`,
    '',
    ...(claim === undefined ? [] : [claim.text, '']),
    ...rules.flatMap((rule) => [
      `**${rule.title}** (\`${rule.id}\`, ${outcomeOf(rule)}). ${cell(rule.reason)} *${cell(rule.remedy)}*`,
      '',
      ...(rule.tests.length === 0 ? [] : [`- holds: ${caseOf(rule, true)}`, `- lets pass: ${caseOf(rule, false)}`, '']),
    ]),
  ];
}

function byFamily(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    const id = familyOf(rule.id);
    found.set(id, [...(found.get(id) ?? []), rule]);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The page, from the rules and labels that ship. */
export function guardrailsPage(): string {
  const { rules, labels } = shippedPolicy();
  const of = (tier: Rule['tier']): readonly Rule[] =>
    rules.map(({ rule }) => rule).filter((rule) => rule.tier === tier);
  return [
    '# Guardrails',
    '',
    generatedFrom('packages/policy/shipped/rules'),
    '',
    `${rules.length} rules ship, in three tiers. Each says why, what to do instead, one thing that it holds and one that it lets pass:`,
    'those are cases that run as tests. Your own are written in the same language ([how](../guide/rules.md)) and only add to these.',
    'How a rule, a level and a grant come to one outcome: [permissions](permissions.md).',
    '',
    ...TIERS.flatMap(({ tier, title, text }) => [
      `## ${title}`,
      '',
      text,
      '',
      ...[...byFamily(of(tier))].flatMap(([id, members]) => family(id, members)),
    ]),
    '## What makes content private or untrusted',
    '',
    'Rules above look for such content in what later calls send. A label is given by the call that brought it in:',
    '',
    ...table(
      ['label', 'because', 'by'],
      labels.map(({ rule }) => [rule.label, rule.reason, `\`${rule.id}\``]),
    ),
    '',
  ].join('\n');
}
