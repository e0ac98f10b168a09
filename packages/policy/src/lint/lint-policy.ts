// `castellan policy lint`: everything in a policy that cannot be meant as it stands. Pure: the files are read elsewhere.
import type { PolicySource, Rule } from '@castellan/contract';
import { manifestsInForce } from '../tools.ts';
import { configFindings } from './config-lints.ts';
import { type Finding, inOrder } from './finding.ts';
import { lintManifest } from './manifest-lints.ts';
import { conditionOf, ruleFindings, type Subject } from './rule-lints.ts';
import { shadowFindings } from './shadow.ts';

export interface LintOptions {
  /** Commands that remedies may name: `watch`, `policy lint`. Empty: they are not looked at. */
  readonly commands?: ReadonlySet<string>;
}

/**
 * Everything in a policy's parsed files that cannot be meant, worst first, each with its place and how to mend it. Pure; what
 * cannot be proved is not said. It needs no compiled policy, so a faulty one can be looked at too.
 */
export function lintPolicy(policy: PolicySource, { commands = new Set() }: LintOptions = {}): readonly Finding[] {
  const entries = manifestsInForce(policy);
  const manifests = entries.map(({ manifest }) => manifest);
  const subjects = policy.rules.map((each): Subject & { readonly rule: Rule } => ({
    ...each,
    formula: conditionOf(each.rule.if),
  }));
  const labels = policy.labels.map((each): Subject => ({ ...each, formula: conditionOf(each.rule.if) }));
  return inOrder([
    ...[...subjects, ...labels].flatMap((subject) => ruleFindings(subject, { manifests, commands })),
    ...shadowFindings(subjects),
    ...configFindings(policy.config, manifests),
    ...entries.flatMap(({ manifest, source }) => lintManifest(manifest).map((found) => ({ ...found, source }))),
  ]);
}
