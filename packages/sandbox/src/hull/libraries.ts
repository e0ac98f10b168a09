// What a program needs to be loaded: its shared libraries, by the names under which the loader looks for them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '@castellan/contract';

const run = promisify(execFile);

/** Where nothing more exact is known. */
const LIBRARY_FOLDERS: readonly string[] = ['/usr/lib', '/usr/lib64', '/lib', '/lib64'];

/** Asks the loader itself (glibc's), which then does not start the program; a program without one says nothing of libraries. */
export async function librariesOf(program: string): Promise<readonly string[]> {
  try {
    const { stdout } = await run(program, ['--version'], {
      env: childEnvironment('bare', {}, { LD_TRACE_LOADED_OBJECTS: '1' }),
      timeout: 10_000,
    });
    const found = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []);
    return found.length > 0 ? found : LIBRARY_FOLDERS;
  } catch {
    return LIBRARY_FOLDERS;
  }
}
