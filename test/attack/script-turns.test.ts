// Runs that wait, for people or for nothing: whoever begins as many of them as they may keeps no person and no proposal waiting.
import type { ScriptRun } from '@castellan/contract';
import { json, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { connectMcp, httpClient } from '../e2e/support/mcp.ts';
import { type ScriptWorld, script, scriptWorld } from '../e2e/support/script-server.ts';
import { codeOf, tool } from '../e2e/support/scripts.ts';
import { until } from '../e2e/support/world.ts';

const OK = json({ fine: true });
const QUICK = script({}, 'return 1');
const asks = (host: string): string => script({ hosts: host }, `return http.post("http://${host}/" + args[0]).status`);

const begin = async (at: ScriptWorld, name: string, ...args: readonly string[]): Promise<ScriptRun> => {
  const answer = await at.desk.post(`/${name}/run`, { args, wait: false });
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as ScriptRun;
};

verifies(
  ['S6', 'D2'],
  'agents that begin as many sleeping scripts as they may keep nobody from running, proposing and looking into a source',
  async () => {
    await using at = await scriptWorld(OK);
    const clientOf = async (name: string) => (await httpClient(at.it, await connectMcp(at.it, name))).client;
    const [alice, bob, carol] = [await clientOf('alice'), await clientOf('bob'), await clientOf('carol')];
    await at.approved('quick', QUICK);
    await at.approved('slow', script({ limits: 'time=300s' }, 'for n in range(10): time.sleep(30)'));
    const codes: string[] = [];
    for (const client of [alice, bob])
      for (let count = 0; count < 5; count += 1)
        codes.push(codeOf(await tool(client, 'script_run', { name: 'slow', wait: false })));
    // Four at once each, all agents together eight.
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'busy', 'ok', 'ok', 'ok', 'ok', 'busy']);
    expect((await at.desk.run('quick')).result).toBe(1);
    const proposed = await tool(carol, 'script_propose', { name: 'of-carol', source: QUICK, note: '' });
    expect(codeOf(proposed)).toBe('ok');
    expect((await at.desk.post('/inspect', { source: QUICK })).status).toBe(200);
    const { digest } = await at.desk.propose('of-a-person', QUICK);
    expect((await at.desk.approve('of-a-person', digest)).status).toBe(200);
    const late = await tool(carol, 'script_run', { name: 'quick' });
    expect(late.error).toMatchObject({ code: 'busy', hint: expect.stringContaining('try again') });
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'S6', 'D2'],
  'runs that nobody answers hold no turn, are so many and no more, and wait as long as approvals do',
  async () => {
    await using at = await scriptWorld(OK, {
      modules: { scripts: { tools: { http_send: 'confirm' } } },
      scripts: { concurrency: 2 },
      approvals: { timeoutSeconds: 600 },
    });
    const carol = (await httpClient(at.it, await connectMcp(at.it, 'carol'))).client;
    await at.approved('asks', asks(at.host));
    await at.approved('quick', QUICK);
    const runs = [];
    for (const name of ['a', 'b', 'c']) runs.push(await begin(at, 'asks', name));
    const [question] = await at.it.waiting(3);
    if (question === undefined) throw new Error('nobody was asked');
    expect(question.expiresAt - question.createdAt).toBeLessThanOrEqual(600_000);
    expect((await at.desk.run('quick')).result).toBe(1);
    expect(codeOf(await tool(carol, 'script_eval', { source: 'result = 1', args: [] }))).toBe('ok');
    expect(codeOf(await tool(carol, 'script_propose', { name: 'mine', source: QUICK, note: '' }))).toBe('ok');
    runs.push(await begin(at, 'asks', 'd'));
    await at.it.waiting(4);
    const more = await at.desk.run('quick');
    expect(more.error).toMatchObject({ code: 'busy', hint: expect.stringContaining('wait for a person') });
    // An agent's are others.
    expect(codeOf(await tool(carol, 'script_run', { name: 'quick' }))).toBe('ok');
    for (const each of await at.it.waiting(4)) expect((await at.it.approve(each)).status).toBe(200);
    for (const { id } of runs) {
      const run = await until('its end', async () => {
        const seen = (await at.it.daemon.request('GET', `/v1/runs/${id}`)).json() as ScriptRun;
        return seen.outcome === 'running' ? undefined : seen;
      });
      expect(run).toMatchObject({ outcome: 'succeeded', result: 200 });
    }
    expect(at.server.seen.map(({ url }) => url).toSorted()).toEqual(['/a', '/b', '/c', '/d']);
    expect((await at.desk.run('quick')).result).toBe(1);
  },
  { timeout: 180_000 },
);
