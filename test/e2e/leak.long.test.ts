// Nothing that leaves the running product holds a secret. An agent that got hold of one puts it wherever it may put a text,
// in every form, and a search that shares nothing with the engine goes through every byte that came out.
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { say } from './support/leak/agent.ts';
import { commandsOf, eventsOf, filesOf, type Left, leaks, pagesOf } from './support/leak/exits.ts';
import { mcpTalker } from './support/leak/mcp.ts';
import { echoServer, scriptTalker } from './support/leak/scripts.ts';
import { FORMS, type Seed, seeds } from './support/leak/seeds.ts';
import { addModule } from './support/mcp.ts';
import { sleep, type World, world } from './support/world.ts';

const HEADLESS = { preset: 'full-auto', approvals: { timeoutSeconds: 1 } };

/** Every form of two of them, and of the others those that agents use. */
const FEW = ['raw', 'base64', 'url', 'json'] as const;

async function keep({ daemon }: World, planted: readonly Seed[]): Promise<void> {
  for (const { name, value } of planted) {
    const added = await daemon.request('POST', '/v1/secrets', { body: { name, value } });
    expect(added.status, added.text).toBe(200);
  }
}

/** Everything that is there once the talking is over; the daemon is stopped, so that every file is as it stays. */
async function collected(it: World, events: { text(): string }): Promise<readonly Left[]> {
  const calls = (await it.records('kind:attempt')).flatMap((record) =>
    record.kind === 'attempt' ? [record.call] : [],
  );
  const some = [calls[0], calls[Math.floor(calls.length / 2)], calls.at(-1)].filter((id) => id !== undefined);
  const left: Left[] = [...(await pagesOf(it.daemon))];
  for (const call of some)
    left.push({ exit: 'GET a call', text: (await it.daemon.request('GET', `/v1/calls/${call}`)).text });
  left.push(
    ...(await commandsOf(
      it.daemon.home,
      some.map((call) => ['why', call]),
    )),
  );
  await sleep(300);
  left.push({ exit: 'event stream', text: events.text() });
  const { stdout, stderr } = await it.daemon.stop();
  return [
    ...left,
    { exit: 'streams of the daemon', text: stdout + stderr + it.daemon.output() },
    ...filesOf(it.daemon.home),
  ];
}

verifies(
  ['X2', 'G-S02'],
  'no byte that leaves the running product holds a known secret',
  async () => {
    await using it = await world(HEADLESS);
    const planted = seeds();
    await keep(it, planted);
    const connected = await it.connect();
    const made = await it.daemon.request('POST', `/v1/agents/${connected.id}/model-key`);
    const agent = { ...connected, modelKey: (made.json() as { readonly key: string }).key };
    const events = eventsOf(it.daemon);
    const talks = planted.map(async ({ name, value }) => {
      const told: Left[] = [];
      for (const form of name === 'plain' || name === 'signs' ? Object.keys(FORMS) : FEW)
        told.push(...(await say(it, agent, FORMS[form]?.(value) ?? value, value)));
      return told;
    });
    const left = (await Promise.all(talks)).flat();
    left.push(...(await collected(it, events)));
    expect(left.length).toBeGreaterThan(1000);
    expect(left.find(({ exit }) => exit === 'event stream')?.text).toContain('[REDACTED:plain]');
    expect(left.find(({ exit }) => exit === 'castellan log')?.text.length).toBeGreaterThan(500);
    expect([...new Set(leaks(left, planted).map((line) => line.slice(0, 400)))]).toEqual([]);
  },
  { timeout: 240_000 },
);

verifies(
  ['X2', 'M5'],
  'no byte that leaves to an MCP client, or is kept of what its servers say, holds a known secret',
  async () => {
    await using it = await world(HEADLESS);
    const planted = seeds();
    await keep(it, planted);
    const tools = ['echo', 'log'];
    await addModule(it, 'notes', honestMcp({ only: tools }), tools);
    const agent = await it.connect('mcp client', 60, 'mcp');
    const events = eventsOf(it.daemon);
    const left: Left[] = [];
    {
      await using talker = await mcpTalker(it.daemon.socket, agent.credential);
      for (const { name, value } of planted)
        for (const form of name === 'plain' || name === 'signs' ? Object.keys(FORMS) : FEW)
          left.push(...(await talker.say(FORMS[form]?.(value) ?? value)));
      const view = await it.daemon.request('GET', '/v1/modules/notes');
      left.push({ exit: 'GET a module', text: view.text });
      expect(view.text, 'its standard error is shown').toContain('[REDACTED:plain]');
    }
    left.push(...(await collected(it, events)));
    const frames = left.filter(({ exit }) => exit === 'frame to an MCP client');
    expect(frames.length).toBeGreaterThan(500);
    expect(frames.some(({ text }) => text.includes('notifications/message'))).toBe(true);
    expect(frames.some(({ text }) => text.includes('[REDACTED:plain]'))).toBe(true);
    expect([...new Set(leaks(left, planted).map((line) => line.slice(0, 400)))]).toEqual([]);
  },
  { timeout: 240_000 },
);

verifies(
  ['X2', 'S8'],
  'no byte that scripts return, print, log, fail with, send or are made of holds a known secret when it leaves',
  async () => {
    await using server = await echoServer();
    const host = `127.0.0.1:${server.port}`;
    await using it = await world({
      ...HEADLESS,
      scripts: { privateHosts: [host], quotas: { agent: { runs: 100_000 } } },
    });
    const planted = seeds();
    for (const { name, value } of planted) {
      const uses = [{ kind: 'host', name: host }];
      expect((await it.daemon.request('POST', '/v1/secrets', { body: { name, value, uses } })).status).toBe(200);
    }
    const events = eventsOf(it.daemon);
    const left: Left[] = [];
    const talker = await scriptTalker(it, server);
    for (const { name, value } of planted)
      for (const form of name === 'plain' ? FEW : ['raw'])
        left.push(...(await talker.say(FORMS[form]?.(value) ?? value)));
    left.push(...(await talker.pages()));
    left.push(...(await collected(it, events)));
    const runs = left.filter(({ exit }) => exit.startsWith('run that'));
    expect(runs.length).toBeGreaterThan(45);
    expect(runs.some(({ text }) => text.includes('"outcome":"live"'))).toBe(true);
    expect(runs.filter(({ text }) => text.includes('[REDACTED:plain]')).length).toBeGreaterThan(10);
    expect([...new Set(leaks(left, planted).map((line) => line.slice(0, 400)))]).toEqual([]);
  },
  { timeout: 240_000 },
);
