// Where the policy that comes with Castellan lies.
import { fileURLToPath } from 'node:url';

/** Absolute. Holds `modules/` and `rules/`. */
export const shippedPolicyFolder: string = fileURLToPath(new URL('../../policy/shipped', import.meta.url));
