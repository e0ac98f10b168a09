// Where the one command hook lies. Directly in src, so that a bundle, which lies as deep, finds it by the same path.
import { fileURLToPath } from 'node:url';
import { SCRIPT_NAME } from './claude-code/settings/entries.ts';

/** The absolute path of the script that the SessionStart hook runs. */
export const sessionStartScript = (): string =>
  fileURLToPath(new URL(`../../agents/bin/${SCRIPT_NAME}`, import.meta.url));
