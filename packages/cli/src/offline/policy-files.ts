// `castellan policy check` and `castellan policy test`: a policy folder read, compiled and put to its own tests (P12).
import { runRuleTests } from '@castellan/policy';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { factsOf, faultHints, loadOrTell, loadPolicy, policyFolder } from './load.ts';

export interface FolderOptions extends JsonOption {
  readonly policy?: string;
}

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
          }
        : { ok: false, folder, faults: policy.faults },
    );
    return policy.ok ? EXIT.done : EXIT.failure;
  }
  if (!policy.ok) return out.error(`the policy in \`${folder}\` has faults`, faultHints(policy.faults));
  const { rules, modules, preset } = policy.value;
  out.line(
    `no faults: preset ${preset}, ${plural(rules.length, 'rule')}, ${plural(modules.length, 'module')}, in ${folder}`,
  );
  return EXIT.done;
}

export async function policyTest({ world, out }: Context, options: FolderOptions): Promise<ExitCode> {
  const folder = policyFolder(world, out, options.policy);
  if (typeof folder === 'number') return folder;
  const loaded = loadOrTell(world, out, folder.path);
  if (typeof loaded === 'number') return loaded;
  const results = runRuleTests(loaded.policy, factsOf(world));
  const failed = results.filter((result) => !result.ok);
  if (options.json) {
    out.json({ ok: failed.length === 0, results });
    return failed.length === 0 ? EXIT.done : EXIT.failure;
  }
  out.lines(
    failed.map(({ rule, name, text }) =>
      line(`failed: ${visible(rule)}: ${visible(name)}: ${visible(text)}`, 'danger'),
    ),
  );
  const untested = loaded.policy.rules.filter((rule) => !results.some((result) => result.rule === rule.id));
  if (untested.length > 0)
    out.note(
      `note: ${plural(untested.length, 'rule')} without tests: ${untested.map((rule) => visible(rule.id)).join(', ')}`,
    );
  if (failed.length > 0) return out.error(`${failed.length} of ${plural(results.length, 'test')} failed`);
  if (results.length === 0)
    return out.error('no rule has a test', ['give a rule `tests:` with a call and whether it matches']);
  out.line(
    `${plural(results.length, 'test')} passed, of ${plural(new Set(results.map((result) => result.rule)).size, 'rule')}`,
  );
  return EXIT.done;
}
