// What the system shows of a connected agent, held against what was decided: what is explained rings nothing, whatever else it is;
// what nobody decided rings, is on record, and goes on until a person has seen it. RULE: that something did not ring is read once
// something that came after it did.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type Watched, watched } from './support/escapes.ts';
import { ofKind, sleep, until } from './support/world.ts';

const onLinux = { skip: process.platform !== 'linux', timeout: 120_000 };
if (onLinux.skip) process.stderr.write('SKIPPED: programs and connections are looked at on Linux alone\n');

/** Longer than a call explains what came after it. */
const WELL_AFTER_MS = 300;
/** Each thing that was found stands once in the one alarm of its agent. */
const found = (text: string): readonly string[] => text.replace(/^.*? no call explains /, '').split('; ');
const exists = (at: Watched, name: string): Promise<true> =>
  until(name, () => existsSync(join(at.project, name)) || undefined);
const seen = async (at: Watched, id: string): Promise<void> => {
  const reply = await at.daemon.request('POST', `/v1/alarms/${id}/seen`, { body: {} });
  expect(reply.status, reply.text).toBe(200);
};

verifies(
  ['I6'],
  'explained work rings nothing: a command, what it starts and leaves behind, and what the client does by itself',
  async () => {
    await using at = await watched();
    const id = await at.calls(
      'sh ./build.sh',
      `sh -c "sleep 0.6; (sleep 41 & sleep 0.4; sh -c 'sleep 42' &) ; sleep 0.5"; (sleep 43 &) ; touch done`,
    );
    await exists(at, 'done');
    // The client looks at its project.
    at.does('git rev-parse --show-toplevel; git -c core.fsmonitor= status; touch looked');
    await exists(at, 'looked');
    await at.agent.post('Bash', { command: 'sh ./build.sh' }, id, { cwd: at.project });
    const left = () => async () =>
      ofKind(await at.it.records(), 'session').filter(({ change }) => change === 'left-running');
    const [record] = await until('what was left running is told of', async () => {
      const all = await left()();
      return all.length > 0 ? all : undefined;
    });
    expect(record?.text).toMatch(/^`sleep 4[123]` \(process \d+\), begun in call_\S+, goes on after it$/);
    at.does('sleep 44 &');
    const alarm = await at.rings('sleep 44');
    expect(found(alarm.text)).toEqual(['the program `sleep 44`']);
    expect(await left()()).toHaveLength(1);
  },
  onLinux,
);

verifies(
  ['I6', 'G-S02'],
  'a program that no call explains rings, with its secrets left out, until a person has seen it; a restart does not end it',
  async () => {
    await using at = await watched();
    const id = await at.calls('ls');
    await at.agent.post('Bash', { command: 'ls' }, id, { cwd: at.project });
    await sleep(WELL_AFTER_MS);
    // Out of its group, its session and its parent.
    at.does(
      `sh -c 'setsid sleep 45 >/dev/null 2>&1 & sleep 4; : it is gone' sh --api-key=hunter22 --password swordfish`,
    );
    const alarm = await at.rings('the program `sh -c');
    expect(alarm.text).not.toMatch(/hunter22|swordfish/);
    expect(alarm.hint).toMatch(/process \d+ since 20\S+ in session_\S+, started by `claude` \(\d+\)/);
    const rang = ofKind(await at.it.records(), 'alarm').find((record) => record.alarm.kind === 'unexplained');
    expect(rang?.alarm).toMatchObject({ agent: at.agent.id, text: alarm.text, endedAt: null });

    // Whoever got past does not say that it was seen: not as the agent, not as a program of the user.
    const path = `/v1/alarms/${alarm.id}/seen`;
    for (const token of [at.agent.credential, at.daemon.state.token])
      expect((await at.daemon.request('POST', path, { token, body: {} })).status).toBe(403);

    await at.restart();
    const again = await at.rings('the program `sh -c');
    expect((await at.daemon.request('POST', path, { body: {} })).status, 'the alarm of before').toBe(404);
    await seen(at, again.id);
    expect(await at.alarms()).toEqual([]);
    const ended = ofKind(await at.it.records(), 'alarm').find(({ alarm: { endedAt } }) => endedAt !== null);
    expect(ended).toMatchObject({ alarm: { id: again.id }, by: expect.stringMatching(/^person:/) });
  },
  onLinux,
);

verifies(
  ['I6'],
  'what a person has seen does not ring again, anything else does; a question that was never answered explains nothing for ever',
  async () => {
    await using at = await watched();
    // Let through, and never told the end of: its person said no in the client, and then something else.
    await at.agent.pre('Bash', { command: 'make' }, { cwd: at.project });
    await at.agent.hook({ session_id: 's1', cwd: at.project, hook_event_name: 'UserPromptSubmit', prompt: 'no' });
    await sleep(WELL_AFTER_MS);
    at.does('sleep 46 &');
    await seen(at, (await at.rings('`sleep 46`')).id);
    at.does('sleep 46 & sleep 47 &');
    expect(found((await at.rings('`sleep 47`')).text)).toEqual(['the program `sleep 47`']);
    // What was let do something with a file starts no program, nor does a sub-agent.
    await at.agent.pre('Write', { file_path: join(at.project, 'a'), content: 'b' }, { cwd: at.project });
    await at.agent.pre('Agent', { description: 'x', prompt: 'y' }, { cwd: at.project });
    at.does('sleep 48 &');
    await at.rings('`sleep 48`');
  },
  onLinux,
);

verifies(
  ['I6'],
  'a program is known by where it lies, not by its name: what calls itself git or our hook rings',
  async () => {
    await using at = await watched();
    await at.agent.pre('Read', { file_path: join(at.project, 'a') }, { cwd: at.project });
    at.does('cp "$(command -v sleep)" ./git; cp /bin/bash ./castellan-hook-linux-x64');
    at.does(
      `./git 49 & ./castellan-hook-linux-x64 -c 'sleep 50; :' x "${at.daemon.home}/agents/${at.agent.id}/hook" &`,
    );
    const both = await at.rings('castellan-hook');
    expect(both.text).toContain('the program `./git 49`');
    // Git itself, that looks, and is told by the project to start something.
    writeFileSync(join(at.project, 'monitor'), '#!/bin/sh\nsleep 5\n', { mode: 0o755 });
    execFileSync('git', ['-C', at.project, 'config', 'core.fsmonitor', './monitor']);
    at.does('git status');
    await at.rings('./monitor');
  },
  onLinux,
);

verifies(
  ['I6'],
  'a connection that was not decided rings, of a program that was; one that was does not',
  async () => {
    await using server = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await using at = await watched();
    const { port } = server.address() as AddressInfo;
    const connects = (name: string): string =>
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; touch ${name}; read -t 60 -u 3' ${name} &`;
    await at.calls(`curl http://127.0.0.1:${port}/`, connects('decided'));
    await exists(at, 'decided');
    await at.agent.hook({ session_id: 's1', cwd: at.project, hook_event_name: 'UserPromptSubmit', prompt: 'go on' });
    await sleep(WELL_AFTER_MS);
    // Decided to do something else for certain, and it goes elsewhere.
    await at.calls('ls', connects('other'));
    const alarm = await at.rings(`is connected to 127.0.0.1:${port}`);
    expect(alarm.hint).toMatch(/begun in call_\S+, which was not decided to connect anywhere/);
    expect(found(alarm.text).filter((text) => text.includes('connected'))).toEqual([
      expect.stringMatching(/other` is connected/),
    ]);
  },
  onLinux,
);

verifies(
  ['I6'],
  'a change of what runs programs rings where no call explains it, wherever it came from',
  async () => {
    await using at = await watched();
    const hooks = join(at.project, '.git', 'hooks');
    const config = join(at.project, '.git', 'config');
    await at.agent.pre('Read', { file_path: join(at.project, 'a') }, { cwd: at.project });
    // How everything stands is known once a look is over, which this is the sign of.
    await until('a look', async () => {
      writeFileSync(join(at.project, '.envrc'), `# ${Date.now()}`);
      for (let waited = 0; waited < 40; waited += 1) {
        const [rang] = await at.alarms();
        if (rang !== undefined) return rang;
        await sleep(100);
      }
      return undefined;
    });

    // Decided, one way and the other; and what git writes day by day.
    const written = { file_path: join(hooks, 'pre-push'), content: 'x' };
    const asked = at.agent.pre('Write', written, { cwd: at.project, id: 'toolu_w' });
    for (const approval of await at.it.waiting()) await at.it.approve(approval);
    expect((await asked).verdict).toBe('allow');
    writeFileSync(written.file_path, 'x');
    await at.agent.post('Write', written, 'toolu_w', { cwd: at.project });
    const script = await at.calls('make hooks', ':');
    writeFileSync(join(at.project, 'opencode.json'), '{}');
    await at.agent.post('Bash', { command: 'make hooks' }, script, { cwd: at.project });
    await sleep(WELL_AFTER_MS);
    execFileSync('git', ['-C', at.project, 'config', 'branch.main.remote', 'origin']);
    // The same bytes again are no change.
    writeFileSync(config, readFileSync(config));
    writeFileSync(join(at.project, '.mcp.json'), '{}');
    const first = await at.rings('.mcp.json` was changed');
    expect(first.hint).toContain('You, or something past the gate');
    expect(
      found(first.text).filter((text) => !text.includes('.envrc')),
      first.text,
    ).toHaveLength(1);

    writeFileSync(join(hooks, 'pre-commit'), '#!/bin/sh\n');
    execFileSync('git', ['-C', at.project, 'config', 'core.fsmonitor', './evil']);
    // The home, while an agent is at work.
    mkdirSync(join(at.user, '.config', 'autostart'), { recursive: true });
    writeFileSync(join(at.user, '.config', 'autostart', 'x.desktop'), '[Desktop Entry]');
    await at.rings('autostart` was changed');
    const last = await at.rings('.git/config` was changed');
    expect(last.text).toContain('.git/hooks` was changed');
    expect(last.text).not.toContain('opencode.json');
  },
  { timeout: 120_000 },
);
