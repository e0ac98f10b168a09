// The public face of shell: a command in, its effects out; and hosts, read the one way everything here reads them.
export { analyseCommand, type CommandContext } from './analyse.ts';
export { type Host, hostTarget, type ReadUrl, readHost, readUrl } from './host.ts';
export { effectOnHost, type HostEffect, hostEffect } from './host-effect.ts';
export { type Below, holdsHomes, pathResource, protectedBelow } from './path-resource.ts';
export { mayName, patternReaches } from './reach.ts';
export { MAX_COMMAND_BYTES, MAX_NESTING } from './refuse.ts';
