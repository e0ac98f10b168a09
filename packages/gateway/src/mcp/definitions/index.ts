// The door of definitions: what servers offer, pinned, compared, looked through, and what may be sent to them.
export { annotationLints } from './annotations.ts';
export { argumentsChecker, type CheckArguments } from './arguments/checker.ts';
export { compare } from './compare.ts';
export { compareServer } from './compare-server.ts';
export { definitionOf, keyOf, RESULT_TOOL } from './definition.ts';
export { manifestGaps } from './gaps.ts';
export { manifestFor } from './manifest-for.ts';
export { readMessage, readMessageBytes } from './message.ts';
export { type Listed, readServer } from './read-server.ts';
export { foldSameNames } from './same-names.ts';
export { scan, scanInstructions } from './scan/scan.ts';
export { type UriMatcher, uriMatcher } from './uri-template.ts';
