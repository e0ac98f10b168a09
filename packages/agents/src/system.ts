// An installation with two users, as the command line asks about it. Directly in src, so that a bundle, which lies as deep, finds the
// programs by the same path.
import { fileURLToPath } from 'node:url';
import type { Installation } from '@castellan/contract';
import {
  type CheckedFact,
  checkInstallation,
  type FoundInstallation,
  type InstallFault,
  type InstallPlan,
  type InstallRequest,
  installationAt,
  installationOf,
  planInstall,
  planUninstall,
  type Removal,
} from '@castellan/sandbox';

/** Processes and descriptors of one agent user together: a build of a large project needs a few hundred. */
const LIMITS = { processes: 4096, files: 4096 };

const programs = (): string => fileURLToPath(new URL('../../sandbox/bin', import.meta.url));

/** What installing would do here; nothing is done yet. */
export const planSystem = (request: Omit<InstallRequest, 'programs' | 'limits'>): InstallPlan | InstallFault =>
  planInstall({ ...request, programs: programs(), limits: LIMITS });

/** The installation of this machine, or of one below a folder of a test's. */
export const systemAt = (prefix: string): FoundInstallation => installationAt(prefix);

/** The installation that a state folder belongs to. */
export const systemOf = (home: string): FoundInstallation => installationOf(home);

/** What taking it away would remove, in order; nothing is removed yet. @param keepData the state folder and the users stay */
export const systemRemovals = (installation: Installation, keepData: boolean): readonly Removal[] =>
  planUninstall(installation, keepData);

/** Every fact of the installation that a state folder belongs to; none where it belongs to none. */
export function systemFacts(home: string): readonly CheckedFact[] {
  const found = installationOf(home);
  if (found.kind === 'none') return [];
  if (found.kind === 'found') return checkInstallation(found.installation);
  return [{ title: 'installation with two users', state: 'bad', evidence: found.why, fix: found.hint }];
}
