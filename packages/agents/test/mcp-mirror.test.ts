// A link whose daemon is another one in the middle of a session. Written as the client that answers late: the next daemon counts
// its questions anew, and an answer to an old one must reach no new one.
import { expect, test } from 'vitest';
import { Mirror } from '../src/mcp-link/mirror.ts';

const say = (message: Record<string, unknown>): string => JSON.stringify({ jsonrpc: '2.0', ...message });
const read = (text: string | null): Record<string, unknown> => JSON.parse(text ?? 'null');
const PARAMS = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo: { name: 'c' } };
const RESULT = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: { listChanged: true }, prompts: { listChanged: false }, resources: { listChanged: true } },
};

/** A session that was begun, with one level and one subscription. */
function begun(): Mirror {
  const mirror = new Mirror();
  const asks = (id: number, method: string, params: unknown, result: unknown): void => {
    mirror.fromClient(say({ id, method, params }));
    mirror.fromDaemon(say({ id, result }));
  };
  asks(0, 'initialize', PARAMS, RESULT);
  mirror.fromClient(say({ method: 'notifications/initialized' }));
  asks(1, 'logging/setLevel', { level: 'debug' }, {});
  asks(2, 'resources/subscribe', { uri: 'note://one' }, {});
  asks(3, 'resources/subscribe', { uri: 'note://two' }, {});
  asks(4, 'resources/unsubscribe', { uri: 'note://two' }, {});
  return mirror;
}

/** The next daemon answers as the one before. */
function again(mirror: Mirror, result: unknown = RESULT) {
  const first = read(mirror.begin());
  expect(first).toMatchObject({ method: 'initialize', params: PARAMS });
  return mirror.fromDaemon(say({ id: first.id, result }));
}

test('what was under way is answered with why, and what the daemon asked is taken back', () => {
  const mirror = begun();
  mirror.fromClient(say({ id: 7, method: 'tools/call', params: { name: 'x' } }));
  mirror.fromClient(say({ id: 'seven', method: 'tools/call', params: { name: 'x' } }));
  mirror.fromClient(say({ id: 8, method: 'tools/call', params: { name: 'x' } }));
  mirror.fromClient(say({ method: 'notifications/cancelled', params: { requestId: 8 } }));
  mirror.fromDaemon(say({ id: 0, method: 'elicitation/create', params: {} }));
  expect(mirror.broke('gone').map(read)).toEqual([
    { jsonrpc: '2.0', id: 7, error: { code: -32000, message: 'gone' } },
    { jsonrpc: '2.0', id: 'seven', error: { code: -32000, message: 'gone' } },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0, reason: 'gone' } },
  ]);
  expect(mirror.broke('again'), 'told once').toEqual([]);
});

test('a session is begun like the one before, and the client is told that its lists may be others', () => {
  const mirror = begun();
  mirror.broke('gone');
  const came = again(mirror);
  if (came.kind !== 'begun') throw new Error(came.kind);
  expect(came.send.map(read)).toMatchObject([
    { method: 'notifications/initialized' },
    { method: 'logging/setLevel', params: { level: 'debug' } },
    { method: 'resources/subscribe', params: { uri: 'note://one' } },
  ]);
  expect(came.tell.map((text) => read(text).method)).toEqual([
    'notifications/tools/list_changed',
    'notifications/resources/list_changed',
  ]);
  for (const text of came.send.slice(1))
    expect(mirror.fromDaemon(say({ id: read(text).id, result: {} })), 'no answer to the client').toEqual({
      kind: 'own',
    });
});

test('a late answer to the daemon before reaches nobody; one to this daemon reaches the question it is of', () => {
  const mirror = begun();
  mirror.fromDaemon(say({ id: 0, method: 'elicitation/create', params: { message: 'delete it?' } }));
  mirror.broke('gone');
  again(mirror);
  const asked = mirror.fromDaemon(say({ id: 0, method: 'elicitation/create', params: { message: 'pay?' } }));
  if (asked.kind !== 'pass') throw new Error(asked.kind);
  const { id } = read(asked.text);
  expect(id).not.toBe(0);
  const yes = { action: 'accept' };
  expect(mirror.fromClient(say({ id: 0, result: yes })), 'to `delete it?`').toBeNull();
  expect(read(mirror.fromClient(say({ id, result: yes })))).toEqual({ jsonrpc: '2.0', id: 0, result: yes });
  expect(mirror.fromClient(say({ id, result: yes })), 'a second time').toBeNull();
  // In a batch of 2025-03-26 as well.
  const other = mirror.fromDaemon(say({ id: 1, method: 'elicitation/create', params: {} }));
  const batch = [
    { jsonrpc: '2.0', id: 0, result: yes },
    { jsonrpc: '2.0', id: read(other.kind === 'pass' ? other.text : null).id, result: yes },
  ];
  expect(JSON.parse(mirror.fromClient(JSON.stringify(batch)) ?? '')).toEqual([{ jsonrpc: '2.0', id: 1, result: yes }]);
});

test('what the daemon takes back is the question that the client knows', () => {
  const mirror = begun();
  mirror.broke('gone');
  again(mirror);
  const asked = mirror.fromDaemon(say({ id: 5, method: 'sampling/createMessage', params: {} }));
  const back = mirror.fromDaemon(say({ method: 'notifications/cancelled', params: { requestId: 5 } }));
  if (asked.kind !== 'pass' || back.kind !== 'pass') throw new Error('not passed on');
  expect(read(back.text).params).toEqual({ requestId: read(asked.text).id });
});

test('another revision, or no session, is not taken for the same', () => {
  for (const result of [{ ...RESULT, protocolVersion: '2025-06-18' }, null]) {
    const mirror = begun();
    mirror.broke('gone');
    expect(again(mirror, result).kind).toBe('not-begun');
  }
});

test('before there is a session nothing is begun; a client that was not ready is told nothing', () => {
  const mirror = new Mirror();
  expect(mirror.begin()).toBeNull();
  mirror.fromClient(say({ id: 0, method: 'initialize', params: PARAMS }));
  mirror.fromDaemon(say({ id: 0, result: RESULT }));
  mirror.broke('gone');
  expect(again(mirror)).toEqual({ kind: 'begun', send: [], tell: [] });
  mirror.broke('gone');
  mirror.missed(say({ method: 'notifications/initialized' }));
  expect(again(mirror)).toMatchObject({ kind: 'begun', send: [expect.stringContaining('initialized')] });
});

test('what is no message is passed on as it is: the daemon says what is wrong with it', () => {
  const mirror = begun();
  for (const text of ['{', '"x"', '{"id":1,"id":2,"method":"ping"}', '[]', 'null'])
    expect(mirror.fromClient(text)).toBe(text);
  expect(mirror.fromDaemon('[1]')).toEqual({ kind: 'pass', text: '[1]' });
});
