// A policy read from a folder without a daemon, for `try`, `policy test`, `policy check` and `why`.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Facts, type Fault, faultLine, type Parsed } from '@castellan/contract';
import { createFacts, readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { compilePolicy, type Policy } from '@castellan/policy';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { visible } from '../text/visible.ts';
import { stateFolder, type World } from '../world.ts';

export interface Loaded {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly folder: string;
}

/** The folder named with `--policy`, or the user's own. One that is not there must not quietly mean the shipped policy. */
export function policyFolder(
  world: World,
  out: Output,
  named: string | undefined,
): { readonly path: string } | ExitCode {
  if (named === undefined) return { path: stateFolder(world) };
  const path = resolve(world.cwd, named);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { path };
  const hint = '`--policy DIR` names a folder with config.yaml, modules/ or rules/';
  return out.error(`there is no policy folder \`${visible(path)}\``, [hint], EXIT.usage);
}

export function loadPolicy(folder: string): Parsed<Policy> {
  const source = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
  return source.ok ? compilePolicy(source.value) : source;
}

export const factsOf = (world: World): Facts => createFacts({ home: world.userHome, stateFolder: stateFolder(world) });

export const faultHints = (faults: readonly Fault[]): readonly string[] =>
  faults.flatMap((fault) => [
    visible(faultLine(fault)),
    ...(fault.hint === undefined ? [] : [`  ${visible(fault.hint)}`]),
  ]);

/** A policy that has faults decides nothing: the command ends. */
export function loadOrTell(world: World, out: Output, folder: string): Loaded | ExitCode {
  const policy = loadPolicy(folder);
  if (!policy.ok) return out.error(`the policy in \`${folder}\` has faults`, faultHints(policy.faults), EXIT.failure);
  return { policy: policy.value, facts: factsOf(world), folder };
}
