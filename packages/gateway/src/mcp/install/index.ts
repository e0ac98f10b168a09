// The door of `install/`: what a person would start by `npx` or `uvx`, as exactly one version that lies here.
export { collectPackages } from './collect.ts';
export { resolveStart } from './resolve-start.ts';
export type { ResolvedStart, ResolveFault, Resolving } from './types.ts';
