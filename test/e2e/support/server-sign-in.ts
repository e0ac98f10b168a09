// A person signing in to an MCP server: the test is the person who begins it, the browser that is sent there and back, and
// whoever stands behind the server. RULE: nothing here decides what should come of it.
import type { McpHttp, ModulePlan, ModuleView } from '@castellan/contract';
import {
  browse,
  type HttpResponse,
  type SignInOptions,
  type SignInServer,
  startSignInServer,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, type Connected, connectMcp, httpClient } from './mcp.ts';
import { plain } from './people.ts';
import { type World, world } from './world.ts';

const TOOLS = ['echo', 'add'];
/** What a person says beside the address. */
export type Named = Partial<Pick<McpHttp, 'signInHosts' | 'clientId' | 'clientSecret'>>;
export const startOf = ({ mcp: { url } }: SignInServer, named: Named = {}): McpHttp => ({
  ...{ kind: 'mcp-http', url, headers: {}, oauth: 'auto', scopes: [], timeoutSeconds: 60, concurrency: 16 },
  ...named,
});

/** How a browser opens an address that another site sends it to. */
const OPENED = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

export interface Scene extends AsyncDisposable {
  readonly it: World;
  readonly server: SignInServer;
}

export async function scene(options: SignInOptions = {}): Promise<Scene> {
  const server = await startSignInServer(options);
  const it = await world({ preset: 'full-auto' });
  return {
    it,
    server,
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const askSignIn = ({ daemon }: World, name = 'notes'): Promise<HttpResponse> =>
  daemon.request('POST', `/v1/modules/${name}/sign-in`, { body: {} });

/** @returns where the browser is to go. */
export async function begin(it: World): Promise<string> {
  const answer = await askSignIn(it);
  expect(answer.status, answer.text).toBe(200);
  const { open } = answer.json() as { open: string | null };
  if (open === null) throw new Error('signed in already');
  return open;
}

/** The browser is sent back. */
export function comeBack({ daemon }: World, to: string, headers: Readonly<Record<string, string>> = OPENED) {
  const { origin, pathname, search } = new URL(to);
  expect(origin).toBe(`http://127.0.0.1:${daemon.state.port}`);
  return plain(daemon, 'GET', `${pathname}${search}`, { headers });
}

export async function plan({ daemon }: World, server: SignInServer, named: Named = {}): Promise<ModulePlan> {
  const body = { name: 'notes', start: startOf(server, named), look: true };
  const answer = await daemon.request('POST', '/v1/modules/plan', { body });
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as ModulePlan;
}

export const view = async ({ daemon }: World): Promise<ModuleView> =>
  (await daemon.request('GET', '/v1/modules/notes')).json() as ModuleView;

/** Planned, signed in to, looked at, added, with an agent that uses it. */
export async function signedIn(
  options: SignInOptions = {},
  named: (server: SignInServer) => Named = () => ({}),
): Promise<Scene & { readonly connected: Connected }> {
  const made = await scene(options);
  const { it, server } = made;
  expect((await plan(it, server, named(server))).needsSignIn).toBe(true);
  const back = await comeBack(it, await browse(await begin(it)));
  expect(back.status, `${back.text} ${JSON.stringify(await it.records())}`).toBe(200);
  await addModule(it, 'notes', startOf(server, named(server)), TOOLS);
  const connected = await httpClient(it, await connectMcp(it));
  return {
    ...made,
    connected,
    async [Symbol.asyncDispose]() {
      await connected[Symbol.asyncDispose]();
      await made[Symbol.asyncDispose]();
    },
  };
}
