// Opens a person's own editor on one file and waits until it is closed: beside the daemon the only child process of this program.
// INVARIANT: what is started is what the person says in VISUAL or EDITOR; nothing of the file, and no shell, has a part in it.
import { spawn } from 'node:child_process';
import { childEnvironment } from '@castellan/contract';
import type { World } from './world.ts';

export type Edited = { readonly kind: 'closed' } | { readonly kind: 'failed'; readonly why: string };

/** Words as they stand, without quotes: whoever needs more writes a program of their own. */
export function editorOf({ VISUAL, EDITOR }: World['env']): readonly [string, ...string[]] {
  const chosen = [VISUAL, EDITOR].find((value) => value !== undefined && value.trim() !== '');
  const [program = 'vi', ...words] = (chosen ?? 'vi').trim().split(/\s+/);
  return [program, ...words];
}

export function edit({ env }: Pick<World, 'env'>, path: string): Promise<Edited> {
  const [program, ...words] = editorOf(env);
  return new Promise((resolve) => {
    const child = spawn(program, [...words, path], { stdio: 'inherit', env: childEnvironment('plain', env) });
    child.once('error', (error) => resolve({ kind: 'failed', why: error.message }));
    child.once('close', (code) =>
      resolve(
        code === 0 ? { kind: 'closed' } : { kind: 'failed', why: `\`${program}\` ended with ${code ?? 'a signal'}` },
      ),
    );
  });
}
