// The walls alone: the gate is set to let everything pass, and the agent asks it nothing. What is tried here is had without walls,
// and nothing of it within.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { agentIdSchema, agentSocketsOf } from '@castellan/contract';
import { inRoot, type RunningDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type IsolatedAgent, isolatedAgent } from '../e2e/support/run-in-terminal.ts';
import { world } from '../e2e/support/world.ts';
import { FORCED_CONFIG } from './support/forced.ts';
import { type Attack, aim, PROBE, type Seen, seenIn } from './support/probe.ts';
import { needsWalls } from './support/tools.ts';

/** `castellan run` as a person types it, to its end. */
async function run(
  daemon: RunningDaemon,
  { user, project }: IsolatedAgent,
  flags: readonly string[],
): Promise<Readonly<Record<string, Seen>>> {
  const entry = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const child = spawn(process.execPath, [entry, 'run', ...flags, 'claude-code', '--', '-p', 'x'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: user, CASTELLAN_HOME: daemon.home },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  expect(code, said).toBe(0);
  return seenIn(project);
}

/** Something of the person's own that listens on this machine. */
async function listener(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

verifies(
  ['I5', 'I2', 'K7', 'A5', 'L4'],
  'an agent that asks no gate gets nothing of the keeper, of other agents, of the person or of the machine from within walls',
  async (context) => {
    await needsWalls(context);
    await using it = await world(FORCED_CONFIG);
    const { daemon } = it;
    const at = (...names: readonly string[]): string => join(daemon.home, ...names);
    const other = await it.connect('other', 60, 'codex');
    const sockets = agentSocketsOf(daemon.home, agentIdSchema.parse(other.id));
    const agent = await isolatedAgent(daemon, PROBE);
    const elsewhere = join(tempFolder(), 'another-project');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'file'), 'x');
    mkdirSync(join(agent.user, '.ssh'));
    writeFileSync(join(agent.user, '.ssh', 'id_ed25519'), 'x');
    mkdirSync(at('vault'), { recursive: true });
    mkdirSync(at('agents', other.id), { recursive: true });
    writeFileSync(at('agents', other.id, 'hook'), 'the credential of another agent');
    // Of its own agent, and not of this run: what others of it left.
    const ofAgent = dirname(dirname(agent.settings));
    mkdirSync(join(ofAgent, 'walls', 'runs', '1-another', 'home'), { recursive: true });
    await using near = await listener();

    const attacks: Readonly<Record<string, Attack>> = {
      'the token of the daemon': { kind: 'read', path: daemon.state.socket.replace('castellan.sock', 'state.json') },
      'the key of the ledger': { kind: 'read', path: at('daemon', 'ledger.key') },
      'the hashes of passwords': { kind: 'read', path: at('castellan.db') },
      'the vault': { kind: 'list', path: at('vault') },
      'a record more': { kind: 'append', path: at('ledger', 'journal') },
      'another ledger': { kind: 'replace', path: at('ledger') },
      'the configuration': { kind: 'append', path: at('config.yaml') },
      'a rule': { kind: 'create', path: at('rules', 'mine.yaml') },
      'the credential of another agent': { kind: 'read', path: at('agents', other.id, 'hook') },
      'the way in of another agent': { kind: 'socket', path: sockets.gate },
      'the way out of another agent': { kind: 'socket', path: sockets.egress },
      'the socket of people': { kind: 'socket', path: daemon.socket },
      'its own hooks': { kind: 'append', path: agent.settings },
      'what other runs of it left': { kind: 'list', path: join(ofAgent, 'walls', 'runs') },
      'another project': { kind: 'list', path: elsewhere },
      'a key of the person': { kind: 'read', path: join(agent.user, '.ssh', 'id_ed25519') },
      'a folder of everybody': { kind: 'create', path: `/var/tmp/castellan-probe-${process.pid}` },
      'what the daemon was started with': { kind: 'read', path: `/proc/${daemon.pid}/environ` },
      // Root alone may change these outside: a program that the kernel starts when another one crashes.
      ...(process.getuid?.() === 0
        ? { 'a setting of the kernel': { kind: 'append', path: '/proc/sys/kernel/core_pattern' } as const }
        : {}),
      'the daemon itself': { kind: 'signal', pid: daemon.pid },
      'what listens on this machine': { kind: 'tcp', host: '127.0.0.1', port: near.port },
    };
    aim(agent.project, { ...attacks, 'its project': { kind: 'create', path: join(agent.project, 'work') } });

    const without = await run(daemon, agent, []);
    expect(Object.entries(without).filter(([, { got }]) => !got)).toEqual([]);
    const within = await run(daemon, agent, ['--sandbox']);
    expect(Object.entries(within).filter(([, { got }]) => got)).toEqual([
      ['its project', { got: true, text: 'undefined' }],
    ]);
    expect(Object.keys(within).toSorted()).toEqual([...Object.keys(attacks), 'its project'].toSorted());
  },
);
