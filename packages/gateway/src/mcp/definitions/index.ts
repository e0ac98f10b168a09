// The door of definitions: what servers offer, pinned, compared, looked through, and what may be sent to them.
export { annotationLints } from './annotations.ts';
export { argumentsChecker, type CheckArguments } from './arguments/checker.ts';
export { type Comparison, compare } from './compare.ts';
export { compareServer, type ServerSaid } from './compare-server.ts';
export { type Defined, type DefinitionRef, definitionOf, keyOf } from './definition.ts';
export { type ManifestGaps, manifestGaps } from './gaps.ts';
export { manifestFor, type NewModule } from './manifest-for.ts';
export { type ReadMessage, readMessage, readMessageBytes } from './message.ts';
export { type Listed, type ReadServer, readServer } from './read-server.ts';
export { scan, scanInstructions } from './scan/scan.ts';
