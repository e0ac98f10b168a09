// A panic at the doors that no hook stands at (R3): MCP, the way out, the model broker. What is open there ends; and whoever comes with a
// credential made afterwards, which no revocation has met, is refused because everything stands still.
import type { PanicView } from '@castellan/contract';
import { type HttpResponse, sse, startModelServer, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { okJson } from './support/accounts.ts';
import { httpClient, textOf } from './support/mcp.ts';
import { serve, socketsOf, tunnel } from './support/way-out.ts';
import { world } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const CHUNK = { choices: [{ delta: { content: 'x' } }] };

verifies(
  ['R3'],
  'a panic ends what is open by MCP, the way out and the model broker, and refuses whoever is connected after it',
  async () => {
    // A model that never comes to an end: what goes on is cut by nobody but us.
    await using model = await startModelServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const more = setInterval(() => response.write(sse(CHUNK)), 20);
      response.once('close', () => clearInterval(more));
    });
    let reached = 0;
    const port = await serve((socket) => {
      reached += 1;
      socket.pipe(socket);
    });
    const place = `localhost:${port}`;
    // Without a key of the vault's, which stands still by itself: the broker alone must say no.
    await using it = await world({
      preset: 'full-auto',
      models: { upstreams: { mine: { url: `http://127.0.0.1:${model.port}`, api: 'openai' } } },
      network: { allow: [place], privateHosts: [place] },
    });
    const connected = async (name: string) => {
      const response = await it.daemon.request('POST', '/v1/agents', {
        body: { kind: 'claude-code', name, watched: [], hookTimeoutSeconds: 60, tools: true },
      });
      const { agent, credential } = okJson<{ agent: { id: string }; credential: string }>(response);
      const { key } = okJson<{ key: string }>(await it.daemon.request('POST', `/v1/agents/${agent.id}/model-key`));
      const ask = (stream: boolean): Promise<HttpResponse> =>
        it.daemon.request('POST', '/model/mine/v1/chat/completions', {
          token: key,
          body: { model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] },
        });
      return { credential, ask, egress: socketsOf(it.daemon.home, agent).egress };
    };
    const early = await connected('early');
    await using mcp = await httpClient(it, early);
    const list = { name: 'script_list', arguments: {} };
    expect((await mcp.client.callTool(list)).isError).not.toBe(true);
    const open = tunnel(early.egress, place);
    await open.heard('200 Connection established');
    const answer = early.ask(true).catch(() => 'cut');
    await vi.waitUntil(() => model.seen.length === 1, { timeout: 20_000 });

    const { incident } = okJson<PanicView>(await it.daemon.request('POST', '/v1/panic', { body: {} }));
    expect(incident.did.filter(({ failed }) => failed !== null)).toEqual([]);
    await open.end();
    await answer;
    await vi.waitUntil(() => model.aborted() === 1, { timeout: 20_000 });
    await expect(mcp.client.callTool(list)).rejects.toThrow();
    expect(await tunnel(early.egress, place).end()).toBe('');
    expect((await early.ask(false)).status).toBe(401);

    const late = await connected('late');
    await using again = await httpClient(it, late);
    const refused = await again.client.callTool(list);
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('a panic was declared')]);
    expect(await tunnel(late.egress, place).end()).toContain('403');
    expect((await late.ask(false)).status).toBe(403);
    expect([reached, model.seen.length]).toEqual([1, 1]);
  },
);
