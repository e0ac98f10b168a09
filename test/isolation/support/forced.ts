// The gate as far open as a person can set it: what is asked to hold alone is attacked with this. RULE: nothing is switched off by a
// back door that a person does not have; Critical rules stay, and an attack that wants to be past them asks nobody at all.
import { readdirSync } from 'node:fs';
import { inRoot } from '@castellan/testkit';

const shipped = readdirSync(inRoot('packages', 'policy', 'shipped', 'modules')).map((file) =>
  file.replace(/\.yaml$/, ''),
);

/** For `startDaemon({ config })` or `world(...)`: the widest preset, and every module that we know at `allow`. */
export const FORCED_CONFIG: Readonly<Record<string, unknown>> = {
  preset: 'full-auto',
  modules: Object.fromEntries(shipped.map((name) => [name, { level: 'allow' }])),
};
