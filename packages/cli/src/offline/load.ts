// A policy read from a folder without a daemon, for `try`, `policy test`, `policy check` and `why`.
import { type Facts, type Fault, faultLine, type Parsed } from '@castellan/contract';
import { createFacts, readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { compilePolicy, type Policy } from '@castellan/policy';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { visible } from '../text/visible.ts';
import { stateFolder, type World } from '../world.ts';

/** Modules and rules that come with Castellan. */

export interface Loaded {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly folder: string;
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
