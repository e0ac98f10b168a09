// The public face of facts: where paths lead, and the policy folder.
export { createFacts, type FactsOptions } from './create-facts.ts';
export { editYaml, type YamlEdit } from './edit-yaml.ts';
export { isBeside, MAX_FILE_BYTES } from './policy-files.ts';
export { type PolicyLocation, readPolicy } from './read-policy.ts';
export { readyFile, textDigest } from './ready.ts';
export { shippedPolicyFolder } from './shipped.ts';
export { parseStrictYaml } from './strict-yaml.ts';
export { formatYaml, writeFileAtomic } from './write-file.ts';
