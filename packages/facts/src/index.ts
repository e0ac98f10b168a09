// The public face of facts: where paths lead, and the policy folder.
export { beforeRestore, restoringFolder } from './asides.ts';
export { createFacts, type FactsOptions } from './create-facts.ts';
export { editYaml, type YamlEdit } from './edit-yaml.ts';
export { repositoryAround } from './git-repository.ts';
export { isBeside, MAX_FILE_BYTES } from './policy-files.ts';
export { isLoopback, openConnections, type SeenConnection, socketsOf } from './processes/connections.ts';
export { type ProcessAbout, ProcessTable, type SeenProcess } from './processes/process-table.ts';
export { type PolicyLocation, readPolicy } from './read-policy.ts';
export { readyFile, textDigest } from './ready.ts';
export { type Matters, placeNow, type SeenPlace } from './seen-place.ts';
export { shippedPolicyFolder } from './shipped.ts';
export { parseStrictYaml } from './strict-yaml.ts';
export { formatYaml, writeFileAtomic } from './write-file.ts';
