// The sockets that belong to one agent: which one somebody speaks over says who it is, and nobody else is anybody there.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, sendRequest, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { socketsOf } from './support/way-out.ts';
import { ofKind, preToolUse, until, world, worldOf } from './support/world.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

verifies(
  ['I4', 'A5'],
  'each agent has sockets of its own from connect until it is disconnected, and across restarts',
  async () => {
    const home = join(tempFolder(), 'state');
    const first = worldOf(await startDaemon({ home }));
    const [mine, theirs] = [await first.connect('mine'), await first.connect('theirs')];
    const at = socketsOf(home, mine);
    expect([modeOf(join(home, 'sockets')), modeOf(at.folder), modeOf(at.gate), modeOf(at.egress)]).toEqual([
      '700',
      '700',
      '600',
      '600',
    ]);
    expect(readdirSync(at.folder).toSorted()).toEqual(['egress.sock', 'gate.sock']);
    const { ino } = statSync(at.folder);
    // Killed: its sockets stay behind as files that nobody listens on.
    await first.daemon.kill();
    await using second = worldOf(await startDaemon({ home }));
    // The same folder: walls that stood before hold it, and what is new in it is found there.
    expect(statSync(at.folder).ino).toBe(ino);
    const asked = { token: mine.credential, body: preToolUse('TodoWrite', { todos: [] }) };
    const over = { port: 0, socket: at.gate };
    expect((await sendRequest(over, 'POST', '/v1/hooks/claude-code', asked)).status).toBe(200);
    await second.daemon.request('DELETE', `/v1/agents/${mine.id}`);
    await until('its sockets to go', () => (existsSync(at.folder) ? undefined : true));
    expect(existsSync(socketsOf(home, theirs).gate)).toBe(true);
  },
);

verifies(
  ['A5', 'I4'],
  'over the socket of an agent only that agent is anybody, and the routes of people do not exist',
  async () => {
    await using it = await world();
    const [mine, theirs] = [await it.connect('mine'), await it.connect('theirs')];
    const { gate } = socketsOf(it.daemon.home, mine);
    const over = { port: 0, socket: gate };
    const hook = { body: preToolUse('TodoWrite', { todos: [] }) };
    const ask = (token: string | null, more: object = {}) =>
      sendRequest(over, 'POST', '/v1/hooks/claude-code', { token, ...hook, ...more });
    expect((await ask(mine.credential)).status).toBe(200);
    const { key } = (await it.daemon.request('POST', `/v1/agents/${mine.id}/model-key`)).json() as { key: string };
    const model = await sendRequest(over, 'POST', '/model/ollama/v1/chat/completions', {
      token: key,
      body: { model: 'm', messages: [] },
    });
    expect([401, 403]).not.toContain(model.status);
    // Good credentials of others, each of them worth something elsewhere.
    const state = JSON.parse(readFileSync(join(it.daemon.home, 'daemon', 'state.json'), 'utf8')) as { token: string };
    const person = await it.daemon.access();
    for (const token of [theirs.credential, state.token, person]) {
      const answer = await ask(token);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('this is the socket of another agent');
    }
    expect((await ask(null)).status).toBe(401);
    expect((await ask('castellan_nobodynobodynobody')).status).toBe(401);
    for (const [method, path] of [
      ['GET', '/v1/approvals'],
      ['GET', '/v1/status'],
      ['POST', '/v1/agents'],
      ['POST', '/v1/sign-in'],
      ['GET', '/v1/setup'],
      ['POST', '/v1/policy'],
      ['POST', '/v1/stop'],
      ['GET', '/'],
    ] as const)
      for (const token of [mine.credential, person])
        expect([
          path,
          (await sendRequest(over, method, path, { token, ...(method === 'POST' && { body: {} }) })).status,
        ]).toEqual([path, 404]);
    // By its password nobody comes in there either.
    expect((await sendRequest(over, 'POST', '/v1/sign-in', { body: { ...PERSON, carrier: 'program' } })).status).toBe(
      404,
    );
    const named = (host: string) => ask(mine.credential, { headers: { host } });
    for (const host of [`127.0.0.1:${it.daemon.state.port}`, `localhost:${it.daemon.state.port}`, 'castellan'])
      expect((await named(host)).status).toBe(200);
    expect((await named('evil.example')).status).not.toBe(200);
    expect((await sendRequest(over, 'GET', '/v1/live', {})).status).toBe(200);
    const told = ofKind(await it.records(), 'refusal').filter(({ text }) =>
      text.startsWith('this is the socket of another agent'),
    );
    expect(told.map(({ who }) => who).toSorted()).toEqual(
      [`agent:${theirs.id}`, `person:${PERSON.name}`, 'program:local'].toSorted(),
    );
  },
);

verifies(
  ['I4'],
  'where a folder of the sockets was prepared for a group, that group may speak there, and nobody else',
  async () => {
    const home = join(tempFolder(), 'state');
    mkdirSync(join(home, 'sockets'), { recursive: true });
    chmodSync(home, 0o700);
    chmodSync(join(home, 'sockets'), 0o2750);
    await using it = worldOf(await startDaemon({ home }));
    const at = socketsOf(home, await it.connect());
    expect([modeOf(join(home, 'sockets')), modeOf(at.folder), modeOf(at.gate), modeOf(at.egress)]).toEqual([
      '2750',
      '2750',
      '660',
      '660',
    ]);
  },
);

verifies(
  ['N5', 'I4'],
  'a state folder too deep for sockets of agents is said once, and everything else works',
  async () => {
    const folder = tempFolder();
    // Deep enough, and not too deep for the daemon's own.
    const home = join(folder, 'x'.repeat(Math.max(1, 74 - folder.length - '//state'.length)), 'state');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const daemon = await startDaemon({ home });
    const it = worldOf(daemon);
    const agent = await it.connect();
    expect((await agent.pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    expect(existsSync(socketsOf(home, agent).folder)).toBe(false);
    const { code, stderr } = await daemon.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^castellan: error: the state folder lies too deep/);
  },
);
