// Scripts as an agent and a person meet them: proposed over MCP, reviewed and answered over HTTP, and a server of this machine for
// them to speak to. RULE: nothing here decides what should come of anything.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScriptReview, ScriptRun, ScriptVersion, ScriptView } from '@castellan/contract';
import type { HttpResponse } from '@castellan/testkit';
import type { Client } from '@modelcontextprotocol/client';
import type { Json, World } from './world.ts';

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebServer extends AsyncDisposable {
  /** As a header declares it: `127.0.0.1:PORT`. */
  readonly host: string;
  readonly heard: Heard[];
}

/** Answers everything with what it heard, so that a secret that arrives comes back. */
export async function webServer(): Promise<WebServer> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, headers, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ url, authorization: headers.authorization ?? null, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Told {
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly [member: string]: unknown;
}

/** A tool of the gateway's own, and what it said for a machine. */
export async function tool(client: Client, name: string, given: Json): Promise<Told> {
  const result = await client.callTool({ name, arguments: given });
  const told = result.structuredContent as Told | undefined;
  if (told === undefined) throw new Error(`${name} said nothing for a machine: ${JSON.stringify(result)}`);
  if (told.ok === (result.isError === true)) throw new Error(`${name} is of two minds: ${JSON.stringify(result)}`);
  return told;
}

export const codeOf = ({ ok, error }: Told): string => (ok ? 'ok' : (error?.code ?? 'none'));

export interface Desk {
  post(path: string, body: Json, token?: string): Promise<HttpResponse>;
  propose(name: string, source: string, note?: string): Promise<ScriptVersion>;
  view(name: string): Promise<ScriptView>;
  review(name: string, digest: string): Promise<ScriptReview>;
  approve(name: string, digest: string): Promise<HttpResponse>;
  reject(name: string, digest: string, reason: string): Promise<HttpResponse>;
  run(name: string, args?: readonly unknown[], digest?: string): Promise<ScriptRun>;
}

/** What a person does with scripts. @throws where the answer is none they could have hoped for. */
export function deskOf({ daemon }: World): Desk {
  const good = <T>({ status, text, json }: HttpResponse): T => {
    if (status !== 200) throw new Error(`${status} ${text}`);
    return json() as T;
  };
  const post: Desk['post'] = (path, body, token) =>
    daemon.request('POST', `/v1/scripts${path}`, { body, ...(token !== undefined && { token }) });
  return {
    post,
    propose: async (name, source, note = '') => good(await post('', { name, source, note })),
    view: async (name) => good(await daemon.request('GET', `/v1/scripts/${name}`)),
    review: async (name, digest) => good(await daemon.request('GET', `/v1/scripts/${name}/versions/${digest}`)),
    approve: (name, digest) => post(`/${name}/approve`, { digest }),
    reject: (name, digest, reason) => post(`/${name}/reject`, { digest, reason }),
    run: async (name, args = [], digest) =>
      good(await post(`/${name}/run`, { args, ...(digest !== undefined && { digest }) })),
  };
}

/** A source that sends a secret to that server. */
export const sending = (host: string, secret = 'GREET_KEY'): string => `# @description: Say hello at the greeter
# @secrets: ${secret}
# @hosts: ${host}
def main(name):
    key = secrets.get("${secret}")
    reply = http.post("http://${host}/greet", headers={"authorization": "Bearer " + key}, json={"name": name})
    print("sent with", key, reply.status)
    log.info(reply.body)
    return {"status": reply.status, "heard": reply.json()}
`;
