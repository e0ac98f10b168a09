// Modules as people see them: one line each in the list, and everything about one. Pure.
import type { Definition, JsonValue, Manifest, ModuleHealth, ModuleSummary, ModuleView } from '@castellan/contract';
import { foldSameNames, type ModuleState, shownName } from '@castellan/gateway';
import { type Policy, toolOf } from '@castellan/policy';
import { findingsOf, lintsOf } from './planning.ts';
import { digestOfSeen, isShipped, refOf, type Standing } from './standing.ts';

export interface Running {
  readonly state: ModuleState;
  readonly health: ModuleHealth | null;
  readonly signIn: ModuleView['signIn'];
}

/** What it offered last, or else what was accepted of it. */
const saidOf = ({ seen, lock }: Standing) => seen?.seen ?? lock;

const countTools = ({ tools: { safe, critical, byEffects } }: Manifest): number =>
  [...safe, ...critical, ...byEffects].filter(({ name }) => !name.includes(':')).length;

export function summaryOf(standing: Standing, { state }: Running): ModuleSummary {
  const { policy, start, lock, stopped, quarantined } = standing;
  const { manifest } = policy;
  const said = saidOf(standing);
  const notSetUp = isShipped(policy.source) && lock === null;
  const why = stopped?.why ?? state.why ?? differenceLine(standing);
  return {
    name: manifest.name,
    title: manifest.title,
    kind: manifest.start.kind,
    source: policy.source,
    manifest: policy.digest,
    accepted: policy.accepted,
    level: policy.level,
    tools: said === null ? countTools(manifest) : said.definitions.filter(({ kind }) => kind === 'tool').length,
    quarantined,
    findings: said === null ? 0 : findingsOf(manifest, said).length,
    state: start === null ? null : (stopped?.state ?? state.state),
    // A module that only comes with Castellan is nothing to be told about.
    why: start === null || notSetUp ? null : why,
    sandbox: standing.sandbox,
  };
}

function differenceLine({ name, differences }: Standing): string | null {
  const [first] = differences;
  if (first === undefined) return null;
  const more = differences.length > 1 ? `, and ${differences.length - 1} more` : '';
  return `${first.text}${more}: \`castellan modules accept ${name}\` shows it and takes it on`;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function offeredOf(standing: Standing, policy: Policy): ModuleView['offered'] {
  const { name, policy: view, offered } = standing;
  const free = new Set(offered.map(refOf));
  // As it is said now: what is held back is shown with what was found in it.
  const now = saidOf(standing)?.definitions ?? [];
  const findings = findingsOf(view.manifest, { definitions: now, instructions: null });
  const row = (each: Definition): ModuleView['offered'][number] => {
    const isTool = each.kind === 'tool';
    const known = isTool ? toolOf(policy, name, each.name) : null;
    return {
      kind: each.kind,
      name: each.name,
      shownAs: isTool || each.kind === 'prompt' ? shownName(name, each.name) : each.name,
      title: textOf(each.definition.title),
      description: textOf(each.definition.description),
      digest: each.digest,
      state: free.has(refOf(each)) ? 'accepted' : 'quarantined',
      class: known === null || known.class === 'unclassified' ? null : known.class,
      level: isTool ? (view.overrides[each.name] ?? null) : null,
      findings: findings.filter((finding) => finding.definition === each.kind && finding.name === each.name),
    };
  };
  return now.map(row);
}

export function viewOf(
  standing: Standing,
  running: Running,
  policy: Policy,
  lastCalls: ModuleView['lastCalls'],
): ModuleView {
  const { policy: view, lock, seen, differences, start } = standing;
  const said = saidOf(standing);
  const kept = lock === null ? null : withoutDefinitions(lock);
  return {
    ...summaryOf(standing, running),
    manifestText: view.manifest,
    start,
    lock: kept,
    offered: offeredOf(standing, policy),
    instructionFindings:
      said === null ? [] : findingsOf(view.manifest, { definitions: [], instructions: said.instructions }),
    differences: [...foldSameNames(differences)],
    pending: seen === null ? null : digestOfSeen(seen.seen),
    lints: said === null ? [] : lintsOf(view.manifest, said.definitions),
    health: running.health,
    signIn: running.signIn,
    lastCalls,
  };
}

function withoutDefinitions(lock: NonNullable<Standing['lock']>): NonNullable<ModuleView['lock']> {
  const { definitions: _, capabilities: __, ...rest } = lock;
  return rest;
}
