// Confined runs of untrusted programs.

export {
  confineProgram,
  type TriedWall,
  type WallName,
  type WallsHere,
  wallsHere,
  wallsStand,
} from './confine/confine.ts';
export { isRepository, keptIn } from './confine/kept.ts';
export { removeOwnFolder } from './confine/own-folder.ts';
export { realAbove } from './confine/paths.ts';
export { isProject } from './confine/project.ts';
export type {
  ConfinedNetwork,
  ConfinedProgram,
  ConfineFault,
  ConfineLimits,
  Confinement,
  Forward,
  Given,
  PlainProgram,
} from './confine/spec.ts';
export { HELD, standing, UNSEEN } from './confine/standing.ts';
export { type BoundProgram, boundProgram } from './limits/bound.ts';
export { countedHere } from './limits/counted.ts';
export { limitsHere } from './limits/here.ts';
export { createScriptPool, type ScriptPlace, type ScriptPool, type ScriptPoolOptions } from './pool/pool.ts';
export type {
  HostTurn,
  InspectOutcome,
  ScriptHost,
  ScriptOutcome,
  ScriptOutput,
  ScriptRunSpec,
  ScriptSources,
} from './pool/run.ts';
export type { PoolUser } from './pool/turns.ts';
export { type Account, findUser } from './two-users/accounts.ts';
export { type CheckedFact, checkInstallation } from './two-users/check.ts';
export { enterProgram } from './two-users/enter.ts';
export { type InstallFault, type InstallPlan, type InstallRequest, planInstall } from './two-users/install.ts';
export { type FoundInstallation, installationAt, installationOf } from './two-users/installation.ts';
export { shareAgentFolder } from './two-users/share.ts';
export { planUninstall, type Removal } from './two-users/uninstall.ts';
export { type ToolWords, WORKSPACE_TOOLS, type WorkspaceTool } from './workspace/definitions.ts';
export { giveIdentity } from './workspace/git-identity.ts';
export { plannedEdit } from './workspace/inside/edit.ts';
export { type WorkspaceOptions, WorkspaceSession, type WorkspaceUse } from './workspace/session.ts';
