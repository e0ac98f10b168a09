// Where the command line's entry lies. Directly in src, so that a bundle, which lies as deep, finds it by the same path.
import { fileURLToPath } from 'node:url';

/** The absolute path of what Node runs as `castellan`. */
export const castellanEntry = (): string => fileURLToPath(new URL('../../cli/bin/castellan.mjs', import.meta.url));
