// What the helper inside the walls is: one bundled file, or the sources while the bundle is older than they are.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isNewerThan, PACKAGES, type Program } from '../hull/program.ts';

export function workspaceProgram(node: string): Program {
  const bundle = join(PACKAGES, 'sandbox/dist/workspace.cjs');
  const sources = join(PACKAGES, 'sandbox/src');
  if (existsSync(bundle) && (!existsSync(sources) || isNewerThan(bundle, [sources])))
    return { node, entry: realpathSync(bundle), reads: [realpathSync(bundle)] };
  const entry = realpathSync(join(sources, 'workspace/inside/main.ts'));
  return { node, entry, reads: [realpathSync(sources), realpathSync(join(PACKAGES, 'sandbox/package.json'))] };
}
