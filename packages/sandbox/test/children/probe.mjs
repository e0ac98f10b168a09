// A child that was taken over: it tries what no program of ours does, and tells what came of it by the only way out that it has.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { openSync, readdirSync, readFileSync, readlinkSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import process from 'node:process';
import { Worker } from 'node:worker_threads';

function say(message) {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  writeSync(4, Buffer.concat([header, body]));
}

function hear() {
  const header = Buffer.alloc(4);
  if (readSync(3, header) < 4) process.exit(0);
  const body = Buffer.alloc(header.readUInt32BE());
  for (let at = 0; at < body.length; ) at += readSync(3, body, at, body.length - at, null);
  return JSON.parse(body.toString());
}

const attempt = (what) => {
  try {
    return what();
  } catch (error) {
    return `refused: ${error.code ?? error.name}`;
  }
};

const later = (begin) =>
  new Promise((resolve) => {
    const end = (text) => resolve(text);
    setTimeout(() => end('refused: nothing came'), 2000);
    try {
      begin(end);
    } catch (error) {
      end(`refused: ${error.code ?? error.name}`);
    }
  });

// The engine's threads are made before none is allowed any more: without them a look-up ends the process.
await new Promise((made) => randomBytes(1, made));
say({ kind: 'ready' });
const task = hear();
const [{ port, home }] = JSON.parse(task.args);
const reached = (socket, end) =>
  socket.on('connect', () => end('reached')).on('error', (error) => end(`refused: ${error.code}`));

const found = {
  passwd: attempt(() => readFileSync('/etc/passwd', 'utf8').slice(0, 4)),
  home: attempt(() => readdirSync(home).length),
  root: attempt(() => readdirSync('/').toString()),
  proc: attempt(() => readFileSync('/proc/self/environ', 'utf8')),
  parent: attempt(() => readlinkSync('/proc/1/exe')),
  user: process.getuid(),
  signal: attempt(() => process.kill(process.ppid, 0)),
  write: attempt(() => writeFileSync('/tmp/castellan-was-here', 'x')),
  writeBesides: attempt(() => openSync(`${process.argv[1]}.new`, 'w')),
  environment: Object.keys(process.env).toString(),
  folder: process.cwd(),
  fork: attempt(() => spawnSync('/bin/sh', ['-c', 'true']).error?.code ?? 'started'),
  node: attempt(() => spawnSync(process.execPath, ['-e', '0']).error?.code ?? 'started'),
  // The second heap is more than the process may hold: where Node may, it is the end of it.
  worker: process.permission === undefined ? 'not tried' : attempt(() => new Worker('0', { eval: true }).threadId),
  code: attempt(() => Function('return 1')()),
  binding: attempt(() => process.binding('spawn_sync') && 'given'),
  addon: attempt(() => process.dlopen({ exports: {} }, '/nothing.node')),
  // Where Node may, it ends with the attempt if there is no such program.
  exec: process.permission === undefined ? 'not tried' : attempt(() => process.execve('/bin/sh', ['sh'])),
  loopback: await later((end) => reached(connect(port, '127.0.0.1'), end)),
  outside: await later((end) => reached(connect(53, '192.0.2.1'), end)),
  listen: await later((end) =>
    createServer()
      .on('error', (error) => end(`refused: ${error.code}`))
      .listen(0, '127.0.0.1', () => end('listening')),
  ),
  socket: await later((end) => reached(connect('/run/docker.sock'), end)),
  name: await later((end) =>
    lookup('example.org', (error) => end(error === null ? 'found' : `refused: ${error.code}`)),
  ),
};
say({ kind: 'done', result: JSON.stringify(found), used: { steps: 0, memoryBytes: 0, outputBytes: 0 } });
hear();
