// docs/reference/permissions.md: what each tool of each module that ships is, and what the presets make of it.
import { type Manifest, OUTCOMES, PRESET_LEVELS } from '@castellan/contract';
import { shippedPolicy } from './shipped.ts';
import { generatedFrom, table } from './text.ts';

export const PERMISSIONS_PAGE = 'docs/reference/permissions.md';

const MEANING: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  allow: 'it runs, and is recorded',
  ask: "the agent's own terminal asks; where nobody sits at one it becomes `confirm`",
  confirm: 'you are told wherever you are, and it waits for your answer; silence is a no',
  deny: 'it is refused',
};

const SHOWN_EFFECTS = 4;

function toolRows({ tools }: Manifest): readonly (readonly string[])[] {
  const effects = (list: readonly { readonly kind: string }[] | undefined): string => {
    const kinds = [...new Set((list ?? []).map(({ kind }) => kind))];
    return kinds.length === 0 ? '–' : kinds.slice(0, SHOWN_EFFECTS).join(', ');
  };
  return [
    ...tools.safe.map((tool) => [`\`${tool.name}\``, tool.label, 'safe', effects(tool.effects), '–']),
    ...tools.byEffects.map((tool) => [
      `\`${tool.name}\``,
      tool.label,
      `safe where it only does: ${effects(tool.safe)}`,
      effects(tool.effects),
      tool.scope,
    ]),
    ...tools.critical.map((tool) => [`\`${tool.name}\``, tool.label, 'critical', effects(tool.effects), tool.scope]),
  ];
}

/** The page, from the manifests that ship and the levels of contract. */
export function permissionsPage(): string {
  const manifests = shippedPolicy()
    .manifests.map(({ manifest }) => manifest)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '# Permissions',
    '',
    generatedFrom('packages/policy/shipped/modules'),
    '',
    'Every tool of an agent belongs to a **module**. Its manifest sorts tools into safe ones, critical ones, and those whose risk depends on',
    'what they are asked to do. You set a **level** for a module or for one tool:',
    '',
    ...table(
      ['level', 'what happens'],
      OUTCOMES.map((level) => [`\`${level}\``, MEANING[level]]),
    ),
    '',
    'A **preset** sets the level of every module that you said nothing about. The shipped one is `autonomous`.',
    '',
    ...table(
      ['preset', 'level of critical tools'],
      Object.entries(PRESET_LEVELS).map(([preset, level]) => [`\`${preset}\``, `\`${level}\``]),
    ),
    '',
    '## How one outcome comes of it',
    '',
    'The outcome is the stricter of two: **floor** and **base**, in the order allow < ask < confirm < deny.',
    '',
    '- **Floor**: the strictest of Critical rules, your denies, a module on `deny`, Strict rules, the profile, what the client asks for, and',
    '  budgets ([guardrails](guardrails.md), [limits](../guide/limits.md)).',
    '- **Base**: the first that applies of a grant of yours, your level for this very tool, a safe call (`allow`), the level of its',
    '  module, the preset.',
    '',
    'Grants lower the base only. Whatever a Critical or Strict rule matched is asked about each time. A tool that nobody classified is',
    'critical and asked about each time. `castellan why CALL` names every part that counted, the deciding one first; `castellan try`',
    'says it beforehand.',
    '',
    '## Who may do what in Castellan',
    '',
    'Agents may ask about calls and report what came of them, and nothing else. People are viewers, approvers or admins',
    '([people](../guide/people.md)); the permission of each route stands in [the API](api.md).',
    '',
    `## The ${manifests.length} modules that ship`,
    '',
    '`per-task`: confirmed once for a task, bounded by what the question says. `per-call`: each time.',
    '',
    ...manifests.flatMap((manifest) => [
      `### ${manifest.title ?? manifest.name} (\`${manifest.name}\`)`,
      '',
      ...table(['tool', 'what it does', 'class', 'effects', 'confirmed'], toolRows(manifest)),
      '',
    ]),
  ].join('\n');
}
