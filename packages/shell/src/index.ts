// The public face of shell: a command in, its effects out; and hosts, read the one way everything here reads them.
export { analyseCommand, type CommandContext } from './analyse.ts';
export { type Host, hostTarget, type ReadUrl, readHost, readUrl } from './host.ts';
export { effectOnHost, type HostEffect, hostEffect } from './host-effect.ts';
export { inOneMoment } from './one-moment.ts';
export { pathResource } from './path-resource.ts';
export { isTold } from './paths.ts';
export { keysBelow } from './protected.ts';
export { mayName, patternReaches } from './reach.ts';
export { MAX_COMMAND_BYTES, MAX_NESTING } from './refuse.ts';
export { analyseSql, MAX_SQL, type SqlOptions } from './sql/analyse-sql.ts';
export type { SqlEffect } from './sql/effect.ts';
export type { Dialect } from './sql/lex.ts';
