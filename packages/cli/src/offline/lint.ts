// `castellan policy lint`: what in a policy cannot be meant as it stands. Errors end with 1; warnings and notes with 0.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, faultLine } from '@castellan/contract';
import { readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { compilePolicy, type Finding, lintPolicy } from '@castellan/policy';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { findingLines } from '../text/finding.ts';
import { line } from '../text/tone.ts';
import { plural } from '../text/words.ts';
import { policyFolder } from './load.ts';
import type { FolderOptions } from './policy-files.ts';

/** A policy that does not load has errors before any lint is asked. */
const faultFinding = (fault: Fault): Finding => ({
  lint: 'fault',
  severity: 'error',
  about: 'policy',
  source: fault.path,
  message: faultLine({ ...fault, path: '' }).replace(/^: /, ''),
  fix: fault.hint ?? 'correct it; until then the last policy without faults stays in force',
});

function findingsIn(folder: string, commands: ReadonlySet<string>): readonly Finding[] {
  const source = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
  if (!source.ok) return source.faults.map(faultFinding);
  const compiled = compilePolicy(source.value);
  return [...(compiled.ok ? [] : compiled.faults.map(faultFinding)), ...lintPolicy(source.value, { commands })];
}

/** The line a rule or a tool begins in; the text is looked through, because a policy in force has no lines. */
export function lineOf(text: string, { about, source }: Finding): number | undefined {
  const last = about.split(/[/.]/).at(-1) ?? about;
  const name = (source.includes('modules/') ? last : about).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const key = source.includes('modules/') ? 'name' : 'id';
  const words =
    source === 'config.yaml'
      ? new RegExp(`(?:^|[\\s{,])["']?${last.replace(/[^\w-].*$/, '')}["']?:`)
      : new RegExp(`\\b${key}:\\s*["']?${name}["']?(?=[\\s,}]|$)`);
  const index = text.split('\n').findIndex((each) => words.test(each));
  return index === -1 ? undefined : index + 1;
}

export async function policyLint(
  { world, out }: Context,
  options: FolderOptions,
  commands: ReadonlySet<string>,
): Promise<ExitCode> {
  const found = policyFolder(world, out, options.policy);
  if (typeof found === 'number') return found;
  const texts = new Map<string, string>();
  const at = (finding: Finding): number | undefined => {
    const { source } = finding;
    try {
      const path = source.startsWith('shipped/')
        ? join(shippedPolicyFolder, source.slice('shipped/'.length))
        : join(found.path, source);
      const text = texts.get(source) ?? readFileSync(path, 'utf8');
      texts.set(source, text);
      return lineOf(text, finding);
    } catch {
      return undefined;
    }
  };
  const findings = findingsIn(found.path, commands).map((finding) => ({ finding, line: at(finding) }));
  const count = (severity: Finding['severity']): number =>
    findings.filter(({ finding }) => finding.severity === severity).length;
  const errors = count('error');
  if (options.json) {
    out.json({
      ok: errors === 0,
      folder: found.path,
      findings: findings.map(({ finding, line: row }) => ({ ...finding, ...(row === undefined ? {} : { line: row }) })),
    });
    return errors === 0 ? EXIT.done : EXIT.failure;
  }
  for (const { finding, line: row } of findings) out.lines(findingLines(finding, out.width, row));
  const summary = [plural(errors, 'error'), plural(count('warning'), 'warning'), plural(count('note'), 'note')].join(
    ', ',
  );
  if (errors > 0) return out.error(`${summary} in the policy of ${found.path}`);
  out.lines([line(findings.length === 0 ? `nothing to say about the policy of ${found.path}` : summary, 'good')]);
  return EXIT.done;
}
