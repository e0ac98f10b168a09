// The attackers of a terminal: an agent that wants to watch or answer its own prompt, a program of the same user that is no
// person, a web page, a viewer, an agent whose output makes the watcher's terminal type for it.
import type { HostAnswer } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { type AtTerminal, runAtTerminal, watchTerminal } from '../e2e/support/run-in-terminal.ts';
import { type TestAgent, until, type World, world } from '../e2e/support/world.ts';

let it: World;
let mallory: TestAgent;
let at: AtTerminal;
let id: string;

/** Tells each key it is given, and asks the terminal questions whose answers would be keys. */
const HOSTILE = `
process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => process.stdout.write('<' + Buffer.from(bytes).toString('hex') + '> '));
process.stdout.write('ready \\u001b[c\\u001b[6n\\u001b[>c\\u001bP$qm\\u001b\\\\\\u001b]10;?\\u0007\\u001b]52;c;MQ0=\\u0007\\u0005 asked ');
`;

/** What opening a socket came to: its status where it was refused. */
function attempt(
  path: string,
  headers: Readonly<Record<string, string>>,
  over: 'tcp' | 'socket' = 'tcp',
): Promise<number> {
  const base = over === 'tcp' ? `ws://127.0.0.1:${it.daemon.state.port}` : `ws+unix:${it.daemon.socket}:`;
  const socket = new WebSocket(`${base}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => resolve(-1));
  });
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

beforeAll(async () => {
  it = await world();
  mallory = await it.connect('mallory');
  at = await runAtTerminal(it.daemon, HOSTILE);
  ({ id } = await at.terminal());
});
afterAll(async () => {
  at.pty.kill('SIGKILL');
  await it[Symbol.asyncDispose]();
});

verifies(['A5', 'H11'], "an agent's credential opens no terminal, neither to watch nor to hold", async () => {
  for (const over of ['tcp', 'socket'] as const)
    for (const path of [`/v1/terminals/${id}/socket`, '/v1/terminal-host'])
      expect(await attempt(path, bearer(mallory.credential), over), `${over} ${path}`).toBe(403);
  expect((await it.daemon.request('GET', '/v1/terminals', { token: mallory.credential })).status).toBe(403);
  const body = { for: 'terminal', terminal: id };
  expect((await it.daemon.request('POST', '/v1/tickets', { token: mallory.credential, body })).status).toBe(403);
});

verifies(
  ['A4', 'H11'],
  "the daemon's own token holds terminals and watches none; a person watches and holds none",
  async () => {
    const { token } = it.daemon.state;
    expect(await attempt(`/v1/terminals/${id}/socket`, bearer(token))).toBe(403);
    expect(await attempt('/v1/terminal-host', bearer(await it.daemon.access()))).toBe(403);
    expect(await attempt(`/v1/terminals/${id}/socket`, {})).toBe(401);
    expect(await attempt('/v1/terminal-host', {})).toBe(401);
  },
);

verifies(
  ['A4', 'H11'],
  'a web page opens none: not with a header, not with a ticket of another terminal, not twice',
  async () => {
    const own = `http://127.0.0.1:${it.daemon.state.port}`;
    const access = await it.daemon.access();
    const path = `/v1/terminals/${id}/socket`;
    expect(await attempt(path, { ...bearer(access), origin: 'http://127.0.0.1:3000' })).toBe(403);
    expect(await attempt('/v1/terminal-host', { ...bearer(it.daemon.state.token), origin: own })).toBe(403);
    const ticket = async (terminal: string): Promise<string> => {
      const reply = await it.daemon.request('POST', '/v1/tickets', { body: { for: 'terminal', terminal } });
      return (reply.json() as { ticket: string }).ticket;
    };
    expect(await attempt(`${path}?token=${await ticket('terminal_zzzzzz')}`, { origin: own })).toBe(401);
    expect(await attempt(`${path}?token=${await ticket(id)}`, { origin: 'http://127.0.0.1:3000' })).toBe(403);
    const good = await ticket(id);
    expect(await attempt(`${path}?token=${good}`, { origin: own })).toBe(101);
    expect(await attempt(`${path}?token=${good}`, { origin: own })).toBe(401);
  },
);

verifies(['H11'], "what an agent prints makes no watcher's terminal type for it", async () => {
  const mia = watchTerminal(it.daemon, id, await it.daemon.access());
  await until('its questions', () => mia.text().includes('asked ') || undefined);
  // Nothing to answer arrives.
  expect(mia.text()).not.toMatch(/\u001b[\]P]|\u001b\[[0-9;?>]*[cn]|\u0005/);
  // And an answer that comes all the same is nobody's key.
  for (const answer of [
    '\u001b[?1;2c',
    '\u001b[24;80R',
    '\u001bP1$r1\r\u001b\\',
    '\u001b]10;rgb:1/1/1\r\u0007',
    '\u001b[I',
  ])
    mia.type(answer);
  mia.type('k');
  await until('the key', () => mia.text().includes('<6b>') || undefined);
  expect(mia.text().match(/<[0-9a-f]+>/g)).toEqual(['<6b>']);
  mia.close();
});

verifies(['H11', 'A5'], 'a program that holds one takes over no other', async () => {
  const socket = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/terminal-host`, {
    headers: bearer(it.daemon.state.token),
  });
  const got: HostAnswer[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data)) as HostAnswer));
  await new Promise((resolve) => socket.once('open', resolve));
  const { agent } = await at.terminal();
  const terminal = { agent, title: 'not me', columns: 80, rows: 24, terminal: id };
  socket.send(JSON.stringify({ kind: 'open', terminal }));
  const opened = await until('an answer', () => got[0]);
  expect(opened).toMatchObject({ kind: 'opened' });
  expect(opened.kind === 'opened' && opened.terminal).not.toBe(id);
  socket.close();
});

verifies(['H11', 'A5'], 'nor one whose program is away for the moment: its id stands in the ledger', async () => {
  const hosting = async (terminal: object) => {
    const socket = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/terminal-host`, {
      headers: bearer(it.daemon.state.token),
    });
    const got: HostAnswer[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data)) as HostAnswer));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ kind: 'open', terminal: { agent, title: 't', columns: 80, rows: 24, ...terminal } }));
    const opened = await until('an answer', () => got[0]);
    if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
    return { socket, opened };
  };
  const { agent } = await at.terminal();
  const host = await hosting({});
  const { terminal, key } = host.opened;
  host.socket.terminate();
  await new Promise((resolve) => host.socket.once('close', resolve));
  for (const wrong of [{}, { key: '0'.repeat(64) }]) {
    const thief = await hosting({ terminal, ...wrong });
    expect(thief.opened.terminal).not.toBe(terminal);
    thief.socket.close();
  }
  const records = await it.daemon.request('GET', '/v1/ledger?limit=1000', { token: it.daemon.state.token });
  expect(records.text).toContain(terminal);
  expect(records.text).not.toContain(key);
  // Its own program goes on.
  const again = await hosting({ terminal, key });
  expect(again.opened.terminal).toBe(terminal);
  again.socket.close();
});
