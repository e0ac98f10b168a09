// A server that others wrote, started by HTTP on a port of its own, as its users start it.
import { spawn } from 'node:child_process';
import { bareEnvironment, tempFolder } from '@castellan/testkit';
import { until } from '../../e2e/support/world.ts';

export interface Peer extends AsyncDisposable {
  readonly url: string;
}

export async function startPeer(script: string, args: readonly string[], port: number): Promise<Peer> {
  const folder = tempFolder();
  const env = { ...bareEnvironment(folder), PORT: String(port) };
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}/mcp`;
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await until(`an answer of ${script}`, () =>
      fetch(url, { method: 'OPTIONS' }).then(
        () => true,
        () => undefined,
      ),
    );
  } catch (error) {
    await end();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: end };
}
