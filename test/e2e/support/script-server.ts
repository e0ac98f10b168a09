// A server of this machine that does as a test says, for scripts to speak to; and a daemon that lets them.
import { type ModelServer, startModelServer } from '@castellan/testkit';
import { type Desk, deskOf } from './scripts.ts';
import { type Json, type World, world } from './world.ts';

export interface ScriptWorld extends AsyncDisposable {
  readonly it: World;
  readonly desk: Desk;
  readonly server: ModelServer;
  /** As a header declares it. */
  readonly host: string;
  /** Keeps a secret that may be used at these hosts. */
  keep(name: string, value: string, uses?: readonly { readonly kind: string; readonly name: string }[]): Promise<void>;
  /** Proposes and approves it. */
  approved(name: string, source: string): Promise<string>;
}

export async function scriptWorld(
  answer: Parameters<typeof startModelServer>[0],
  {
    listed = true,
    ...config
  }: { readonly listed?: boolean; readonly scripts?: Json & { privateHosts?: readonly string[] } } & Json = {},
): Promise<ScriptWorld> {
  const server = await startModelServer(answer);
  const host = `127.0.0.1:${server.port}`;
  // A person lists what of this machine scripts may reach.
  const privateHosts = [...(listed ? [host] : []), ...(config.scripts?.privateHosts ?? [])];
  const it = await world({ ...config, scripts: { ...config.scripts, privateHosts } });
  const desk = deskOf(it);
  return {
    ...{ it, desk, server, host },
    async keep(name, value, uses = [{ kind: 'host', name: host }]) {
      const added = await it.daemon.request('POST', '/v1/secrets', { body: { name, value, uses } });
      if (added.status !== 200) throw new Error(added.text);
    },
    async approved(name, source) {
      const { digest } = await desk.propose(name, source);
      const answered = await desk.approve(name, digest);
      if (answered.status !== 200) throw new Error(answered.text);
      return digest;
    },
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A header, and a `main` of these lines. */
export const script = (header: Readonly<Record<string, string>>, ...lines: readonly string[]): string =>
  [
    ...Object.entries(header).map(([key, value]) => `# @${key}: ${value}`),
    'def main(*args):',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');
