// The public face of facts.
export { createFacts, type FactsOptions } from './create-facts.ts';
export { editYaml, type YamlEdit } from './edit-yaml.ts';
export { type PolicyFolders, readPolicy } from './read-policy.ts';
export { shippedPolicyFolder } from './shipped.ts';
export { writeFileAtomic } from './write-file.ts';
