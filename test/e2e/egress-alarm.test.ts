// What is turned away at the way out, and what of it rings: what no question, no rule and no running call explains. RULE: that something
// did not ring is read once something that came after it did.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { echo, serve, socketsOf, speak, tunnel } from './support/way-out.ts';
import { ofKind, until, type World, world } from './support/world.ts';

const rings = (it: World, says: string) =>
  until(`an alarm that says ${says}`, async () =>
    (await it.status()).alarms.find(({ kind, text }) => kind === 'unexplained' && text.includes(says)),
  );
const found = (text: string): readonly string[] => text.replace(/^.*? no call explains /, '').split('; ');
const connections = async (it: World, count: number) =>
  until(`${count} connections on record`, async () => {
    const all = ofKind(await it.records(), 'connection');
    return all.length >= count ? all : undefined;
  });

verifies(
  ['I6', 'I4'],
  'what was refused at the way out without a question rings; a person’s no, a running command that may connect, and an agent that is held do not',
  async () => {
    const [asked, listed] = [await echo(), await echo()];
    const private_ = [`localhost:${asked}`, `localhost:${listed}`];
    await using it = await world({ network: { allow: [`localhost:${listed}`], privateHosts: private_ } });
    const [agent, held] = [await it.connect('coder'), await it.connect('held')];
    const { egress } = socketsOf(it.daemon.home, agent);

    const refused = tunnel(egress, `localhost:${asked}`);
    const [card] = await it.waiting();
    if (card === undefined) throw new Error('nobody was asked');
    await it.deny(card, 'no');
    await refused.end();
    // Again, without a second question.
    expect(await tunnel(egress, `localhost:${asked}`).end()).toContain('a person said no');
    const both = await connections(it, 2);
    // Whoever reads the ledger finds the question that refused it.
    for (const one of both)
      expect(one).toMatchObject({ outcome: 'refused', call: card.call, session: card.session, port: asked });

    const { egress: ofHeld } = socketsOf(it.daemon.home, held);
    const open = tunnel(ofHeld, `localhost:${listed}`);
    await open.heard('200 ');
    await it.daemon.request('POST', `/v1/agents/${held.id}/freeze`, { body: {} });
    expect(await tunnel(ofHeld, `localhost:${listed}`).end()).toContain('this agent is frozen');

    // Nobody can be asked about this machine's own services, and no call runs.
    expect(await tunnel(egress, '127.0.0.1:1').end()).toContain('403 castellan');
    const alarm = await rings(it, '127.0.0.1:1');
    expect(found(alarm.text)).toEqual(['that something of it tried to reach 127.0.0.1:1, which was refused']);
    expect(alarm.agent).toBe(agent.id);
    expect((await it.status()).alarms.filter(({ kind }) => kind === 'unexplained')).toHaveLength(1);
    const rang = ofKind(await it.records(), 'alarm').find((record) => record.alarm.kind === 'unexplained');
    expect(rang?.alarm).toMatchObject({ agent: agent.id, text: alarm.text });

    // A command that was let run, of which nobody can tell what it does, explains it.
    const command = { command: 'make all' };
    const made = agent.pre('Bash', command, { id: 'toolu_m' });
    const waits = await Promise.race([made, it.waiting()]);
    if (!('verdict' in waits)) for (const approval of waits) await it.approve(approval);
    expect((await made).verdict).toBe('allow');
    await tunnel(egress, '127.0.0.1:2').end();
    await agent.post('Bash', command, 'toolu_m');
    await agent.hook({ session_id: 's1', cwd: '/tmp', hook_event_name: 'UserPromptSubmit', prompt: 'go on' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await tunnel(egress, '127.0.0.1:3').end();
    expect((await rings(it, '127.0.0.1:3')).text).not.toContain('127.0.0.1:2');
  },
);

verifies(
  ['I6', 'I4'],
  'who was let through to one host and greets another one rings, the first time as well',
  async () => {
    const port = await echo();
    await using it = await world({ network: { allow: [`localhost:${port}`], privateHosts: [`localhost:${port}`] } });
    const agent = await it.connect();
    const open = tunnel(socketsOf(it.daemon.home, agent).egress, `localhost:${port}`);
    await open.heard('200 ');
    // A greeting of TLS that nobody can read to its end.
    open.socket.write(Buffer.from([0x16, 3, 1, 0, 4, 9, 0, 0, 0]));
    await open.end();
    const [one] = await connections(it, 1);
    expect(one).toMatchObject({ outcome: 'refused', address: expect.any(String), call: expect.any(String) });
    await rings(it, `localhost:${port}`);
  },
);

verifies(['I4'], 'a yes does not outlive a rule that says more than was known when it was given', async () => {
  const port = await echo();
  await using it = await world({ network: { privateHosts: [`localhost:${port}`] } });
  const agent = await it.connect();
  const { egress } = socketsOf(it.daemon.home, agent);
  const open = tunnel(egress, `localhost:${port}`);
  const [card] = await it.waiting();
  if (card !== undefined) await it.approve(card);
  await open.heard('200 ');
  mkdirSync(join(it.daemon.home, 'rules'), { recursive: true });
  writeFileSync(
    join(it.daemon.home, 'rules', 'mine.yaml'),
    `schema: castellan/rules/v1
rules:
  - id: my.echo
    tier: strict
    title: Echo
    reason: Nothing goes to the echo without somebody who looks.
    remedy: Do not.
    on: { effects: [connect] }
    if: effects.exists(e, e.kind == "connect" && e.target == "localhost:${port}")
    tests:
      - name: another host
        call: { tool: WebFetch, input: { url: https://example.org/, prompt: x } }
        matches: false
`,
  );
  expect((await it.daemon.request('POST', '/v1/policy', { body: { change: 'reload' } })).status).toBe(200);
  await open.end();
  expect((await connections(it, 1))[0]).toMatchObject({
    outcome: 'cut',
    text: expect.stringContaining('Nothing goes'),
  });
  // Asked again, with the rule on the card; that yes stands.
  const again = tunnel(egress, `localhost:${port}`);
  const [second] = await it.waiting();
  expect(second?.verdict.reasons[0]).toMatchObject({ source: 'strict-rule', id: 'my.echo' });
  if (second !== undefined) await it.approve(second);
  await again.heard('200 ');
  const more = tunnel(egress, `localhost:${port}`);
  await more.heard('200 ');
});

verifies(['I4'], 'who says a lot and leaves leaves no question behind', async () => {
  const port = await echo();
  // It goes because nobody waits, not because nobody answered.
  await using it = await world({
    approvals: { timeoutSeconds: 600 },
    network: { privateHosts: [`localhost:${port}`] },
  });
  const agent = await it.connect();
  const asked = tunnel(socketsOf(it.daemon.home, agent).egress, `localhost:${port}`);
  expect(await it.waiting()).toHaveLength(1);
  asked.socket.write(Buffer.alloc(300_000, 65));
  asked.socket.on('drain', () => asked.socket.destroy());
  await until('the question to go', async () =>
    (await it.approvals()).every(({ state }) => state.kind !== 'pending') ? true : undefined,
  );
});

verifies(['I4'], 'a plain request that wants another protocol is a plain request, and on record', async () => {
  const heard: string[] = [];
  const port = await serve((socket) => {
    socket.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'));
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  await using it = await world({ network: { allow: [`localhost:${port}`], privateHosts: [`localhost:${port}`] } });
  const agent = await it.connect();
  const said = speak(
    socketsOf(it.daemon.home, agent).egress,
    `GET http://localhost:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await said.heard('426 Upgrade Required');
  expect(heard.join('')).not.toMatch(/upgrade/i);
  expect((await connections(it, 1))[0]).toMatchObject({ outcome: 'closed', by: 'http', port });
});
