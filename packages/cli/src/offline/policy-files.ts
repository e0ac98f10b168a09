// `castellan policy check` and `castellan policy test`: a policy folder read, compiled and put to its own tests (P12).
import { type Policy, type RuleCoverage, ruleCoverage, runRuleTests } from '@castellan/policy';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { factsOf, faultHints, type Loaded, loadOrTell, loadPolicy, policyFolder } from './load.ts';

export interface FolderOptions extends JsonOption {
  readonly policy?: string;
}

/** Manifests of the user's own that nobody has accepted as they stand (P10). */
const unacceptedIn = ({ modules }: Policy) =>
  modules
    .filter(({ accepted }) => !accepted)
    .map(({ manifest, digest, source }) => ({ module: manifest.name, source, digest }));

export async function policyCheck({ world, out }: Context, options: FolderOptions): Promise<ExitCode> {
  const found = policyFolder(world, out, options.policy);
  if (typeof found === 'number') return found;
  const folder = found.path;
  const policy = loadPolicy(folder);
  if (options.json) {
    out.json(
      policy.ok
        ? {
            ok: true,
            folder,
            digest: policy.value.digest,
            rules: policy.value.rules.length,
            modules: policy.value.modules.length,
            unaccepted: unacceptedIn(policy.value),
          }
        : { ok: false, folder, faults: policy.faults },
    );
    return policy.ok ? EXIT.done : EXIT.failure;
  }
  if (!policy.ok) return out.error(`the policy in \`${folder}\` has faults`, faultHints(policy.faults));
  const { rules, modules, preset } = policy.value;
  for (const { module, digest, source } of unacceptedIn(policy.value)) {
    out.note(`note: ${visible(source)} is not accepted, so each call of its tools needs a person: ${digest}`);
    out.note(`hint: \`castellan modules accept ${visible(module)}\` shows it and asks`);
  }
  out.line(
    `no faults: preset ${preset}, ${plural(rules.length, 'rule')}, ${plural(modules.length, 'module')}, in ${folder}`,
  );
  return EXIT.done;
}

/** A rule nobody has seen match, or let pass, is a sentence, not a guardrail. Shipped ones must have both. */
interface Uncovered {
  readonly rule: string;
  readonly shipped: boolean;
  readonly lacks: string;
}

function uncoveredBy({ policy }: Loaded, coverage: readonly RuleCoverage[]): readonly Uncovered[] {
  const shipped = new Set(
    [...policy.rules, ...policy.labels].filter(({ source }) => source.startsWith('shipped/')).map(({ id }) => id),
  );
  return coverage.flatMap(({ rule, accepts, rejects }) => {
    if (accepts > 0 && rejects > 0) return [];
    const lacks =
      accepts + rejects === 0
        ? 'has no test that holds'
        : rejects === 0
          ? 'lacks a case that it catches'
          : 'lacks a case that it lets pass';
    return [{ rule, shipped: shipped.has(rule), lacks }];
  });
}

export async function policyTest({ world, out }: Context, options: FolderOptions): Promise<ExitCode> {
  const folder = policyFolder(world, out, options.policy);
  if (typeof folder === 'number') return folder;
  const loaded = loadOrTell(world, out, folder.path);
  if (typeof loaded === 'number') return loaded;
  const results = runRuleTests(loaded.policy, factsOf(world));
  const failed = results.filter((result) => !result.ok);
  const coverage = ruleCoverage(loaded.policy, results);
  const uncovered = uncoveredBy(loaded, coverage);
  const ours = uncovered.filter(({ shipped }) => shipped);
  const ok = failed.length === 0 && ours.length === 0 && results.length > 0;
  if (options.json) {
    out.json({ ok, results, coverage, uncovered });
    return ok ? EXIT.done : EXIT.failure;
  }
  out.lines([
    ...failed.map(({ rule, name, text }) =>
      line(`failed: ${visible(rule)}: ${visible(name)}: ${visible(text)}`, 'danger'),
    ),
    ...uncovered.map(({ rule, shipped, lacks }) =>
      line(`${shipped ? 'uncovered' : 'note'}: ${visible(rule)} ${lacks}`, shipped ? 'danger' : 'caution'),
    ),
  ]);
  if (failed.length > 0) return out.error(`${failed.length} of ${plural(results.length, 'test')} failed`);
  if (results.length === 0)
    return out.error('no rule has a test', ['give a rule `tests:` with a call and whether it matches']);
  const covered = coverage.length - uncovered.length;
  const summary = `${plural(results.length, 'test')} passed; ${covered} of ${plural(coverage.length, 'rule')} with a case on each side`;
  if (ours.length > 0) return out.error(`${plural(ours.length, 'shipped rule')} not covered`, [summary]);
  out.line(summary);
  return EXIT.done;
}
