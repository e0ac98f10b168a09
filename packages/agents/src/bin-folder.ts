// Where the programs lie that clients start for us. Directly in src, so that a bundle, which lies as deep, finds it by the same path.
import { fileURLToPath } from 'node:url';

/** The absolute path of `packages/agents/bin`. */
export const binFolder = (): string => fileURLToPath(new URL('../../agents/bin', import.meta.url));
