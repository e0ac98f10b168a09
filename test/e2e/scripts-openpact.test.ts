// What went wrong in the system that scripts come from, each as a story that shows it cannot happen here. The letter is that of the
// list it stands in.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type Connected, connectMcp, httpClient } from './support/mcp.ts';
import { codeOf, type Desk, deskOf, tool, type WebServer, webServer } from './support/scripts.ts';
import { ofKind, type World, world } from './support/world.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const MINE = 'mine-4711-Kx9vQ2';
const OTHERS = 'others-0815-Zp3wR7';

let it: World;
let web: WebServer;
let desk: Desk;
let connected: Connected;
let client: Client;

beforeAll(async () => {
  web = await webServer();
  it = await world({ scripts: { privateHosts: [web.host] } });
  desk = deskOf(it);
  for (const [name, value, script] of [
    ['MINE', MINE, 'honest'],
    ['OTHERS', OTHERS, 'payroll'],
  ] as const) {
    const uses = [
      { kind: 'script', name: script },
      { kind: 'host', name: web.host },
    ];
    const added = await it.daemon.request('POST', '/v1/secrets', { body: { name, value, uses } });
    if (added.status !== 200) throw new Error(added.text);
  }
  connected = await httpClient(it, await connectMcp(it));
  client = connected.client;
});
afterAll(async () => {
  await connected[Symbol.asyncDispose]();
  await it[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
});

const approved = async (name: string, source: string) => {
  const version = await desk.propose(name, source);
  const answer = await desk.approve(name, version.digest);
  expect(answer.status, answer.text).toBe(200);
  return version;
};
const fileOf = (source: string): string =>
  join(it.daemon.home, 'scripts', source.slice(7, 9), `${source.slice(9)}.star`);
const secretsUsed = async () => ofKind(await it.records(), 'secret').filter(({ change }) => change === 'used');

verifies(
  ['S7', 'S5'],
  'P-a, `script_exec` with all secrets and HTTP: here inline code has neither, and one call posts nothing anywhere',
  async () => {
    const header = `# @secrets: MINE, OTHERS\n# @hosts: ${web.host}\n`;
    const before = (await secretsUsed()).length;
    for (const body of [
      `result = http.post("http://${web.host}/x", json={"all": [secrets.get(n) for n in secrets.list()]})`,
      `def main():\n    f = http.post\n    return f("http://${web.host}/x", body="hello")`,
      `def main():\n    return [getattr(secrets, "get")("MINE")]`,
      `def main():\n    return secrets.has("MINE")`,
    ])
      expect(codeOf(await tool(client, 'script_eval', { source: `${header}${body}\n` })), body).toBe(
        'capability_missing',
      );
    expect(web.heard).toEqual([]);
    expect(await secretsUsed()).toHaveLength(before);
  },
);

verifies(
  ['S3'],
  'P-b, an allowlist of names without a hash: here the name of an approved script runs nothing but the bytes that were approved',
  async () => {
    const { source } = await approved('trusted', 'result = "as approved"\n');
    expect(await tool(client, 'script_run', { name: 'trusted' })).toMatchObject({ result: 'as approved' });
    // Whoever can write the file writes another program under the trusted name.
    writeFileSync(fileOf(source), 'result = "anything"\n');
    expect(codeOf(await tool(client, 'script_run', { name: 'trusted' }))).toBe('script_modified');
    rmSync(fileOf(source));
    expect(codeOf(await tool(client, 'script_run', { name: 'trusted' }))).toBe('script_modified');
    // Nor by proposing under it.
    expect(await tool(client, 'script_propose', { name: 'trusted', source: 'result = "anything"\n' })).toMatchObject({
      state: 'pending',
    });
    expect(codeOf(await tool(client, 'script_run', { name: 'trusted' }))).toBe('script_modified');
    writeFileSync(fileOf(source), 'result = "as approved"\n');
    expect(await tool(client, 'script_run', { name: 'trusted' })).toMatchObject({ result: 'as approved' });
  },
);

verifies(
  ['S3'],
  'P-c, a cached source that runs under an approved hash: here bytes are read and hashed for each run, and nobody keeps them',
  async () => {
    const good = 'result = "good"\n';
    const { source, digest } = await approved('cached', good);
    writeFileSync(fileOf(source), 'result = "bad!"\n');
    // Whatever reads it in between: the list, the review, a test run, a run.
    await tool(client, 'script_list', {});
    expect((await it.daemon.request('GET', `/v1/scripts/cached/versions/${digest}`)).status).toBe(409);
    expect((await desk.post('/cached/test', { digest })).status).toBe(409);
    expect(codeOf(await tool(client, 'script_run', { name: 'cached' }))).toBe('script_modified');
    writeFileSync(fileOf(source), good);
    for (let n = 0; n < 3; n += 1)
      expect(await tool(client, 'script_run', { name: 'cached' })).toMatchObject({ ok: true, result: 'good' });
    expect(readFileSync(fileOf(source), 'utf8')).toBe(good);
  },
);

verifies(
  ['S5'],
  'P-e, every script sees every secret: here one sees the names it declared and a person approved, and the vault has its own say',
  async () => {
    const proposed = (source: string) => tool(client, 'script_propose', { name: 'curious', source });
    expect(codeOf(await proposed('result = str(secrets.get("OTHERS"))\n'))).toBe('script_invalid');
    expect(codeOf(await proposed('result = str(secrets.get("OTH" + "ERS"))\n'))).toBe('script_invalid');
    await approved(
      'honest',
      `# @secrets: MINE\n# @hosts: ${web.host}\ndef main(name):\n    http.post("http://${web.host}/h", headers={"x-key": secrets.get("MINE")})\n    return [secrets.list(), secrets.has("OTH" + "ERS"), str(secrets.get(name))]\n`,
    );
    const ran = await tool(client, 'script_run', { name: 'honest', args: ['OTHERS'] });
    expect(ran.ok).toBe(false);
    expect(JSON.stringify(ran)).not.toContain(OTHERS);
    // One that declares it, and was approved, but is not the script the secret is for.
    const sent = web.heard.length;
    await approved(
      'curious',
      `# @secrets: OTHERS\n# @hosts: ${web.host}\nresult = http.post("http://${web.host}/c", body=secrets.get("OTHERS")).status\n`,
    );
    const refused = await tool(client, 'script_run', { name: 'curious' });
    expect(refused.ok, JSON.stringify(refused)).toBe(false);
    expect(
      web.heard
        .slice(sent)
        .map(({ body }) => body)
        .join(),
    ).not.toContain(OTHERS);
  },
);

verifies(
  ['S6'],
  'P-h, a memory limit that nobody reads and one script that holds up all: here each has its limit, and others run beside it',
  async () => {
    const bomb = 'def main():\n    x = [1]\n    for n in range(60):\n        x = x + x\n    return len(x)\n';
    await approved('bomb', `# @limits: memory=1MB\n${bomb}`);
    expect(codeOf(await tool(client, 'script_run', { name: 'bomb' }))).toBe('memory_exceeded');
    await approved(
      'endless',
      '# @limits: time=2s steps=1000M\ndef main():\n    for n in range(1000000000):\n        pass\n',
    );
    const [endless, quick] = await Promise.all([
      tool(client, 'script_run', { name: 'endless' }),
      tool(client, 'script_eval', { source: 'result = 6 * 7' }),
    ]);
    expect(quick).toMatchObject({ ok: true, result: 42 });
    expect(['time_exceeded', 'steps_exceeded']).toContain(codeOf(endless));
  },
);

verifies(
  ['S3'],
  'P-i, a script name with `..` and folders by prefix: here a name is letters, digits and `-`, and no path is made of it',
  async () => {
    for (const name of ['../x', 'a/b', '..', 'a..b', 'A', 'a.star', 'a%2fb', '', 'é', 'a\u0000', 'x'.repeat(64)]) {
      const told = await client.callTool({ name: 'script_propose', arguments: { name, source: 'result = 1' } });
      expect(told.isError, JSON.stringify(name)).toBe(true);
      const path = encodeURIComponent(name);
      expect((await it.daemon.request('POST', `/v1/scripts/${path}/run`, { body: {} })).status).toBeGreaterThanOrEqual(
        400,
      );
    }
  },
);
