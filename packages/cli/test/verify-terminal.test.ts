// `castellan verify` while it runs, in a real terminal of 80 by 24 (tmux): one table that fills in place. What it is told stands in
// for the daemon here, so that each moment can be looked at; that canaries run is tried with the real clients.
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Agent, Standing, Verification, VerifyCheck } from '@castellan/contract';
import { bareEnvironment, inRoot, runProcess, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { hasTerminal, openTerminal } from './terminal.ts';

const AGENT = 'agent_abcdef';
const SITUATIONS = ['allowed', 'denied', 'confirmed', 'timed-out', 'daemon-down'] as const;

const checks = (count: number, failed: number): readonly VerifyCheck[] =>
  ['shell', 'file']
    .flatMap((surface) => SITUATIONS.map((situation) => ({ surface, situation })))
    .slice(0, count)
    .map(({ surface, situation }, at) => ({
      ...{ id: `${surface}/${situation}`, surface, situation },
      ...{ title: `${surface} ${situation}`, ok: at !== failed, seen: at === failed ? 'it ran' : 'as it should' },
    }));

class Stage implements AsyncDisposable {
  readonly home = tempFolder();
  readonly #server: Server;
  /** What the daemon says of it now. */
  verification: Verification | null = null;

  constructor() {
    this.#server = createServer((request, reply) => {
      const path = request.url ?? '';
      if (request.method === 'POST') this.verification = this.#running(0);
      const body = path.endsWith('/verify')
        ? this.verification
        : path.startsWith('/v1/standings')
          ? { standings: [this.#standing()] }
          : { agents: [this.#agent()] };
      reply.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
  }

  async open(): Promise<this> {
    const folder = join(this.home, 'daemon');
    const socket = join(folder, 'daemon.sock');
    mkdirSync(folder, { mode: 0o700 });
    this.#server.listen(socket);
    await once(this.#server, 'listening');
    chmodSync(socket, 0o600);
    const state = {
      ...{ version: '0.1.0', pid: process.pid, startedAt: 1, port: 9999, addresses: [], socket },
      token: `castellan_d_${'0'.repeat(64)}`,
    };
    writeFileSync(join(folder, 'state.json'), JSON.stringify(state), { mode: 0o600 });
    return this;
  }

  done(count: number): void {
    this.verification = this.#running(count);
  }

  end(failed: number): void {
    this.verification = {
      ...this.#running(10),
      state: failed < 0 ? 'held' : 'not-held',
      endedAt: 13_000,
      checks: [...checks(10, failed)],
    };
  }

  #running(count: number): Verification {
    return {
      ...{
        agent: AGENT as Verification['agent'],
        state: 'running',
        version: '0.169.0',
        startedAt: 1000,
        endedAt: null,
      },
      ...{ checks: [...checks(count, -1)], text: '' },
    };
  }

  #standing(): Standing {
    return {
      ...{ agent: AGENT as Standing['agent'], connector: 'codex', title: 'Codex', scope: 'user', mode: 'hooks' },
      ...{ version: '0.169.0', known: true, gaps: [], verification: this.verification, due: '' },
    };
  }

  #agent(): Agent {
    return {
      ...{ id: AGENT as Agent['id'], kind: 'codex', name: 'codex', createdAt: 1, lastSeenAt: null, revokedAt: null },
      ...{ frozen: null, watched: [], hookTimeoutSeconds: 600, tools: false },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

test('the table fills in place, and is there once when it is done', {
  skip: !hasTerminal,
  timeout: 120_000,
}, async () => {
  await using stage = await new Stage().open();
  await using terminal = await openTerminal(stage.home, 'castellan verify; echo done-$?; sleep 60');
  await terminal.shows(/Codex 0\.169\.0 {2}being proven[\s\S]*commands {4}… /);
  stage.done(6);
  const going = await terminal.shows(/6 done so far[\s\S]*commands {4}ok {8}ok[\s\S]*files {7}ok {8}…/);
  expect(going.match(/Castellan$/gm)).toHaveLength(1);
  stage.end(-1);
  const ended = await terminal.shows(/Codex 0\.169\.0 {2}held {2}12 s[\s\S]*done-0/);
  expect(ended.match(/Castellan$/gm)).toHaveLength(1);
  expect(ended).not.toContain('being proven');
});

test('what does not hold says what ran and what to do; without a terminal there is one table and no colour', {
  timeout: 120_000,
}, async () => {
  await using stage = await new Stage().open();
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const env = { ...bareEnvironment(tempFolder()), CASTELLAN_HOME: stage.home, COLUMNS: '80' };
  const run = (...args: readonly string[]) => {
    const ended = runProcess(process.execPath, [program, ...args], { env });
    const begun = setInterval(() => {
      if (stage.verification?.state === 'running') stage.end(1);
    }, 50);
    return ended.finally(() => clearInterval(begun));
  };
  const said = await run('verify', 'codex');
  expect(said.code).toBe(1);
  expect(said.stdout).not.toContain('\u001b');
  expect(said.stdout.match(/Castellan$/gm)).toHaveLength(1);
  expect(said.stdout).toContain('commands    ok        FAILED    ok          ok          ok\n');
  expect(said.stdout).toContain('what failed:\n  shell denied\n    seen: it ran\n');
  expect(said.stderr).toMatch(/error: not held: `codex`\nhint: `.*castellan.* freeze` stops it/);
  stage.verification = null;
  const json = await run('verify', '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, agents: [{ state: 'not-held', agent: AGENT }] });
});
