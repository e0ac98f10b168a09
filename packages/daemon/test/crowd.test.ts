// Whoever holds a connection and asks nothing gives way; whoever waits for an answer stays.
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { Crowd } from '../src/http/crowd.ts';
import { SocketConnection } from '../src/http/live/connection.ts';

let ports = 0;
function socket(address = '127.0.0.1'): Socket & { readonly gone: boolean } {
  const made = new EventEmitter() as EventEmitter & { gone: boolean };
  ports += 1;
  Object.assign(made, {
    gone: false,
    remoteAddress: address,
    remotePort: ports,
    destroy: () => {
      if (made.gone) return;
      made.gone = true;
      made.emit('close');
    },
  });
  return made as unknown as Socket & { gone: boolean };
}

verifies(['D1'], 'a full house: the oldest that asks nothing makes room, those that wait for an answer stay', () => {
  const crowd = new Crowd({ all: 4, perAddress: 4 });
  const members = Array.from({ length: 4 }, () => socket());
  for (const each of members) crowd.enter(each);
  const [first, second, third] = members as [Socket, ...(Socket & { gone: boolean })[]];
  const done = crowd.work(first as Socket);
  const late = socket();
  crowd.enter(late);
  expect(
    members.map(({ gone }) => gone),
    'the first works, so the second goes',
  ).toEqual([false, true, false, false]);
  expect([late.gone, crowd.size, second?.gone, third?.gone]).toEqual([false, 4, true, false]);
  done();
  crowd.enter(socket());
  expect(members[0]?.gone, 'it has its answer and holds on: it goes').toBe(true);
  expect(crowd.size).toBe(4);
});

verifies(['D1'], 'where everybody waits for an answer, whoever comes is let go', () => {
  const crowd = new Crowd({ all: 3, perAddress: 3 });
  const members = Array.from({ length: 3 }, () => socket());
  for (const each of members) {
    crowd.enter(each);
    crowd.work(each);
  }
  const late = socket();
  crowd.enter(late);
  expect([late.gone, crowd.size, members.some(({ gone }) => gone)]).toEqual([true, 3, false]);
  members[0]?.destroy();
  const later = socket();
  crowd.enter(later);
  expect([later.gone, crowd.size]).toEqual([false, 3]);
  crowd.clear();
  expect([later.gone, crowd.size]).toEqual([true, 0]);
});

verifies(['D1'], 'an address that takes too many takes them from itself', () => {
  const crowd = new Crowd({ all: 10, perAddress: 3 });
  const other = socket('192.0.2.1');
  crowd.enter(other);
  const many = Array.from({ length: 50 }, () => socket('198.51.100.1'));
  for (const each of many) crowd.enter(each);
  expect([other.gone, crowd.size, many.filter(({ gone }) => !gone).length]).toEqual([false, 4, 3]);
  expect(
    many.slice(-3).every(({ gone }) => !gone),
    'the latest stay',
  ).toBe(true);
});

function fakeWebSocket() {
  const made = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    sent: [] as unknown[],
    pings: 0,
    closed: [] as number[],
    ended: false,
    send: (bytes: unknown) => made.sent.push(bytes),
    ping: () => {
      made.pings += 1;
    },
    close: (code: number) => {
      made.closed.push(code);
      made.readyState = 2;
    },
    terminate: () => {
      made.ended = true;
      made.readyState = 3;
    },
  });
  return made;
}

test('a peer that does not answer is ended, one that answers stays', () => {
  const [dead, alive] = [fakeWebSocket(), fakeWebSocket()];
  const connections = [dead, alive].map(
    (socket) =>
      new SocketConnection(socket as unknown as WebSocket, new PassThrough(), {
        actor: { kind: 'local-cli' },
        permitted: () => true,
      }),
  );
  for (let turn = 0; turn < 3; turn += 1) {
    for (const connection of connections) connection.probe();
    alive.emit('pong');
  }
  expect([dead.ended, dead.pings, alive.ended, alive.pings]).toEqual([true, 1, false, 3]);
});

verifies(['D1', 'W3'], 'a reader that is too far behind is ended; the largest message it was sent is no reason', () => {
  const socket = fakeWebSocket();
  const connection = new SocketConnection(socket as unknown as WebSocket, new PassThrough(), {
    actor: { kind: 'local-cli' },
    permitted: () => true,
  });
  const large = Buffer.alloc(5 * 1024 * 1024);
  expect(connection.send(large)).toBe(true);
  socket.bufferedAmount = large.length + 1000;
  expect(connection.send('next'), 'it reads the large one').toBe(true);
  socket.bufferedAmount = large.length + 2 * 1024 * 1024;
  expect(connection.send('one more')).toBe(false);
  expect([socket.ended, socket.sent.length]).toEqual([true, 2]);
});

verifies(['A4', 'A10'], 'nothing is told to who may no longer be here, and nothing of theirs is heard', () => {
  const socket = fakeWebSocket();
  let permitted = true;
  const connection = new SocketConnection(socket as unknown as WebSocket, new PassThrough(), {
    actor: { kind: 'local-cli' },
    permitted: () => permitted,
  });
  const heard: string[] = [];
  connection.follow({ onText: (text) => heard.push(text) });
  socket.emit('message', Buffer.from('first'), false);
  permitted = false;
  socket.emit('message', Buffer.from('second'), false);
  expect(connection.send('x')).toBe(false);
  expect([heard, socket.sent, socket.closed]).toEqual([['first'], [], [4001]]);
});
