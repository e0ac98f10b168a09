// Rule files as text, with what their tests show, and a changed one taken into force. INVARIANT: a file is compiled with
// everything that stands beside it and put to its own tests in a folder of its own first; what fails there was never in force.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Digest, type Facts, faultLine } from '@castellan/contract';
import { readPolicy, shippedPolicyFolder, writeFileAtomic } from '@castellan/facts';
import { compilePolicy, type Policy, type RuleTestResult, runRuleTests } from '@castellan/policy';
import { sha256 } from '../digest.ts';
import type { StatePaths } from '../state/index.ts';
import { copyPolicy, isLink } from './copy-policy.ts';

export interface RuleFileText {
  readonly path: string;
  readonly source: 'shipped' | 'user';
  readonly text: string;
  readonly digest: Digest;
  readonly tests: { rule: string; name: string; passed: boolean; text: string }[];
}

export interface RuleFileChange {
  /** `rules/mine.yaml`. */
  readonly path: string;
  /** Empty: the file goes. */
  readonly text: string;
  readonly was: Digest | null;
}

/** Results of the rules that stand in one file. */
const testsOf = (policy: Policy, results: readonly RuleTestResult[], source: string): RuleFileText['tests'] => {
  const here = new Set(
    [...policy.rules, ...policy.labels].filter((rule) => rule.source.startsWith(source)).map(({ id }) => id),
  );
  return results
    .filter(({ rule }) => here.has(rule))
    .map(({ rule, name, ok, text }) => ({ rule, name, passed: ok, text }));
};

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .toSorted()
    : [];

/** A third of a second of work, so it is done once for each policy: whoever looks again and again holds up no decision. */
const tested = new WeakMap<Policy, readonly RuleTestResult[]>();

function testsIn(policy: Policy, facts: Facts): readonly RuleTestResult[] {
  const known = tested.get(policy);
  if (known !== undefined) return known;
  const results = runRuleTests(policy, facts);
  tested.set(policy, results);
  return results;
}

export function ruleFiles(paths: StatePaths, policy: Policy, facts: Facts): readonly RuleFileText[] {
  const results = testsIn(policy, facts);
  const read = (folder: string, source: 'shipped' | 'user') =>
    namesIn(folder).map((name): RuleFileText => {
      const text = readFileSync(join(folder, name), 'utf8');
      const path = `rules/${name}`;
      const inForce = source === 'shipped' ? `shipped/${path}` : path;
      return { path, source, text, digest: sha256(text), tests: testsOf(policy, results, inForce) };
    });
  return [...read(paths.rules, 'user'), ...read(join(shippedPolicyFolder, 'rules'), 'shipped')];
}

/** The policy as it would be with the change, or why it would be none. */
function rehearsed({ home, rules, daemon }: StatePaths, { path, text }: RuleFileChange, facts: Facts): string[] {
  const folder = mkdtempSync(join(daemon, 'rehearsal-'));
  try {
    copyPolicy(home, folder);
    mkdirSync(join(folder, basename(rules)), { recursive: true });
    rmSync(join(folder, path), { force: true });
    if (text !== '') writeFileSync(join(folder, path), text, { mode: 0o600, flag: 'wx' });
    const source = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
    const compiled = source.ok ? compilePolicy(source.value) : source;
    if (!compiled.ok) return compiled.faults.map(faultLine);
    const mine = new Set(
      [...compiled.value.rules, ...compiled.value.labels]
        .filter((rule) => rule.source.startsWith(path))
        .map(({ id }) => id),
    );
    return runRuleTests(compiled.value, facts)
      .filter(({ rule, ok }) => mine.has(rule) && !ok)
      .map(({ rule, name, text: said }) => `test \`${name}\` of \`${rule}\` fails: ${said}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type RuleFileWritten =
  | { readonly kind: 'written' }
  /** Somebody else wrote it meanwhile. */
  | { readonly kind: 'other' }
  /** The file or its folder leads somewhere else: what is there is not ours to write. */
  | { readonly kind: 'link' }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** Writes the file; the caller takes it into force. */
export function changeRuleFile(paths: StatePaths, change: RuleFileChange, facts: Facts): RuleFileWritten {
  const file = join(paths.home, change.path);
  if (isLink(file) || isLink(paths.rules)) return { kind: 'link' };
  const before = existsSync(file) ? sha256(readFileSync(file, 'utf8')) : null;
  if (before !== change.was) return { kind: 'other' };
  const faults = rehearsed(paths, change, facts);
  if (faults.length > 0) return { kind: 'faults', faults };
  mkdirSync(paths.rules, { recursive: true, mode: 0o700 });
  if (change.text === '') rmSync(file, { force: true });
  else {
    // Looked at once more: an editor may have saved it while the tests ran.
    if ((existsSync(file) ? sha256(readFileSync(file, 'utf8')) : null) !== change.was) return { kind: 'other' };
    writeFileAtomic(file, change.text, 0o600);
  }
  return { kind: 'written' };
}
