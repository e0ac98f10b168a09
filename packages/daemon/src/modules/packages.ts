// Whether a server is the package it is said to be. INVARIANT: nobody's word is taken for it: it was resolved here a moment ago,
// or stands so in the manifest of the module that is set up, and its program lies in our own folder, behind all links.
import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { canonicalJson, type JsonValue, type McpProcess, type McpStart } from '@castellan/contract';
import { fault, type ModuleFault } from './fault.ts';

const real = (path: string): string | null => {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
};
const exactly = (start: McpStart): string => canonicalJson(start as unknown as JsonValue);

/** What is started: the program, or what a runtime is given first. An argument behind that says nothing. */
function liesIn(folder: string, { command, args: [first] }: McpProcess): boolean {
  const home = real(folder);
  if (home === null) return false;
  return [command, first].some((word) => word !== undefined && real(word)?.startsWith(`${home}${sep}`) === true);
}

/** @param known starts that are known to be what they say, whole. */
export function packageFault(start: McpProcess, known: readonly McpStart[], folder: string): ModuleFault | null {
  if (start.package === undefined) return null;
  const text = exactly(start);
  if (liesIn(folder, start) && known.some((each) => exactly(each) === text)) return null;
  return fault(
    'bad',
    `\`package\` is not taken from whoever asks: nobody here made this start of \`${start.package.name}\``,
    'leave `package` out; what is started by `npx` or `uvx` is resolved here',
  );
}
