// `castellan run` at a terminal, watched and answered from elsewhere: the command itself in a real terminal, the real daemon,
// and a program in the agent's place that shows what it is given.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { runAtTerminal, watchTerminal } from './support/run-in-terminal.ts';
import { ofKind, sleep, until, world } from './support/world.ts';

/** Asks as agents do: raw keys, no line. */
const ASKS = `
process.stdin.setRawMode(true);
process.stdout.write('\\u001b[?2004hDo you want to proceed?\\r\\n 1. Yes\\r\\n 2. No\\r\\n> ');
let keys = '';
process.stdin.on('data', (bytes) => {
  keys += bytes;
  if (!keys.endsWith('\\r')) return;
  process.stdout.write('\\r\\nit was ' + JSON.stringify(keys) + ' here\\r\\n');
  setTimeout(() => process.exit(keys.startsWith('1') ? 7 : 8), 200);
});`;

verifies(['H11', 'L5', 'W1'], "a person elsewhere sees the agent's own prompt and answers it", async () => {
  await using it = await world();
  const at = await runAtTerminal(it.daemon, ASKS);
  const { id, agentName, title } = await at.terminal();
  expect([agentName, title]).toEqual(['claude-code', 'claude-code in project']);
  const mia = watchTerminal(it.daemon, id, await it.daemon.access());
  await until('the prompt', () => mia.text().includes('proceed?') || undefined);
  expect(mia.got[0]).toMatchObject({ kind: 'screen', mayType: true, terminal: { columns: 80, rows: 24 } });
  mia.type('1\r');
  expect(await at.ended).toBe(7);
  await until('the end', () => mia.got.find(({ kind }) => kind === 'ended'));
  expect(mia.text()).toContain('it was "1\\r" here');
  // The person at the terminal saw the same, and it is as it was.
  expect(at.screen()).toContain('it was "1\\r" here');
  expect(at.screen()).toContain('\u001b[?2004l');
  mia.close();
  const records = await until('the records', async () => {
    const found = ofKind(await it.records('kind:terminal'), 'terminal');
    return found.some(({ change }) => change === 'left') ? found : undefined;
  });
  // A stretch of typing is told when it has ended: before or after the end of the terminal.
  expect(records.map(({ change, by, characters }) => `${change} ${by} ${characters ?? ''}`).sort()).toEqual([
    'closed program:local ',
    'left person:mia ',
    'opened program:local ',
    'typed person:mia 2',
    'watched person:mia ',
  ]);
});

verifies(['H11'], 'the terminal of the person who started it stays theirs: keys, size, signals', async () => {
  await using it = await world();
  const at = await runAtTerminal(
    it.daemon,
    `
process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => process.stdout.write('key ' + JSON.stringify(String(bytes)) + ' '));
process.stdout.on('resize', () => process.stdout.write('size ' + process.stdout.columns + 'x' + process.stdout.rows + ' '));
process.on('SIGTERM', () => { process.stdout.write('asked to end '); process.exit(5); });
process.stdout.write('ready ');`,
  );
  await until('ready', () => at.screen().includes('ready') || undefined);
  const { id } = await at.terminal();
  const mia = watchTerminal(it.daemon, id, await it.daemon.access());
  at.pty.write('\u001b[Aß🔑\u0003');
  await until('the keys', () => at.screen().includes('🔑') || undefined);
  at.pty.resize(100, 30);
  await until('the size', () => at.screen().includes('size 100x30') || undefined);
  // Whoever comes only now is told it with the screen.
  await until('the size elsewhere', () =>
    mia.got.find((one) => (one.kind === 'size' ? one : one.kind === 'screen' ? one.terminal : null)?.columns === 100),
  );
  process.kill(at.pty.pid, 'SIGTERM');
  expect(await at.ended).toBe(5);
  expect(mia.text()).toContain('asked to end');
});

verifies(['H11'], 'an agent that is killed leaves the terminal as it was', async () => {
  await using it = await world();
  const at = await runAtTerminal(
    it.daemon,
    `
process.stdin.setRawMode(true);
process.stdout.write('\\u001b[?1049h\\u001b[?25l\\u001b[?1003hready ');
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`,
  );
  expect(await at.ended).toBe(137);
  expect(at.screen().split('ready ')[1]).toContain('\u001b[?1003l\u001b[?25h\u001b[?1049l');
});

verifies(
  ['H11'],
  'where there are no terminals to give it runs as ever, and says that it cannot be watched',
  async () => {
    await using it = await world();
    const hook = `import{registerHooks}from'node:module';registerHooks({resolve(s,c,n){if(s.includes('node-pty'))throw new Error('none for this machine');return n(s,c)}})`;
    const at = await runAtTerminal(
      it.daemon,
      `process.stdout.write('here'); process.exit(process.stdin.isTTY ? 6 : 1);`,
      {
        env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` },
      },
    );
    expect(await at.ended).toBe(6);
    expect(at.screen()).toContain('note: this session cannot be watched elsewhere: none for this machine');
    expect(at.screen()).toContain('here');
    expect((await it.daemon.request('GET', '/v1/terminals')).json()).toEqual({ terminals: [] });
  },
);

verifies(['H11'], 'without anybody at the terminal `ask` waits for a person, and never lets run', async () => {
  await using it = await world({ modules: { 'claude-code': { tools: { Bash: 'ask' } } } });
  const agent = await it.connect('claude');
  const atTerminal = { headers: { 'x-castellan-entrypoint': 'cli' } };
  expect((await agent.pre('Bash', { command: 'ls' }, { ...atTerminal, session: 'at-a-terminal' })).verdict).toBe('ask');
  const asked = agent.pre('Bash', { command: 'ls' }, { session: 'headless' });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  expect(approval.verdict.outcome).toBe('confirm');
  await it.deny(approval);
  expect((await asked).verdict).toBe('deny');
});

verifies(['H11'], 'Ctrl-Z gives the terminal back to the shell, and fg goes on', async () => {
  await using it = await world();
  const at = await runAtTerminal(
    it.daemon,
    `
process.stdin.setRawMode(true);
process.stdout.write('\\u001b[?25l\\u001b[?2004h\\u001b[>1uready ');
process.stdout.on('resize', () => process.stdout.write('drawn anew '));
process.stdin.on('data', (bytes) => { if (String(bytes) === 'q') process.exit(3); process.stdout.write(JSON.stringify(String(bytes))); });`,
    { shell: true, env: { PS1: 'sh> ' } },
  );
  await until('ready', () => at.screen().includes('ready') || undefined);
  await at.terminal();
  at.pty.write('\u001a');
  await until('the shell', () => /Stopped/i.test(at.screen()) || undefined);
  const [, given = ''] = at.screen().split('ready ');
  expect(given.startsWith('\u001b[?2004l\u001b[?25h\u001b[<1u')).toBe(true);
  at.pty.write('fg\r');
  await until('drawn anew', () => at.screen().includes('drawn anew') || undefined);
  const [, back = ''] = at.screen().split('fg\r\n');
  expect(back).toContain('\u001b[?25l\u001b[?2004h\u001b[>1u');
  at.pty.write('q');
  await until('the shell again', () => at.screen().split('drawn anew').at(-1)?.includes('sh> ') || undefined);
  at.pty.write('echo "it was $?"\r');
  await until('its exit code', () => at.screen().includes('it was 3') || undefined);
  at.pty.write('exit\r');
  await at.ended;
});

verifies(['H11', 'X4', 'K7'], 'in a terminal of its own an agent gets no more than without one', async () => {
  await using it = await world();
  const shows = `
require('node:fs').writeFileSync('seen.json', JSON.stringify({ env: process.env, fds: require('node:fs').readdirSync('/proc/self/fd').map((fd) => { try { return require('node:fs').readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } }), args: process.argv.slice(2) }));`;
  const leak = { GITHUB_TOKEN: 'ghp_secret', NODE_OPTIONS: '--no-warnings', LC_ALL: 'C.UTF-8', SSH_AUTH_SOCK: '/s' };
  const seen = async (args: readonly string[]) => {
    const at = await runAtTerminal(it.daemon, shows, { env: leak, args });
    expect(await at.ended).toBe(0);
    return JSON.parse(readFileSync(join(at.project, 'seen.json'), 'utf8')) as {
      readonly env: Readonly<Record<string, string>>;
      readonly fds: readonly string[];
      readonly args: readonly string[];
    };
  };
  const [watched, plain] = [await seen([]), await seen(['--no-watch'])];
  expect(Object.keys(watched.env).sort()).toEqual([...Object.keys(plain.env), 'PWD'].sort());
  expect(Object.keys(plain.env)).not.toContain('GITHUB_TOKEN');
  expect(watched.env.PWD).toMatch(/project$/);
  expect(watched.args).toEqual(plain.args);
  // Its terminal, and what the runtime opens for itself.
  const opened = watched.fds.filter(
    (path) => !/^(\/dev\/pts\/\d+|\/dev\/ptmx|\/dev\/null|anon_inode:|pipe:|\/proc\/|$)/.test(path),
  );
  expect(opened).toEqual([]);
  expect(watched.fds.some((path) => path.startsWith('socket:'))).toBe(false);
});

verifies(['H11'], '--no-watch keeps it private, and so does a terminal that is none', async () => {
  await using it = await world();
  const at = await runAtTerminal(it.daemon, `process.stdout.write('private'); setTimeout(() => {}, 700);`, {
    args: ['--no-watch'],
  });
  await until('it runs', () => at.screen().includes('private') || undefined);
  const reply = await it.daemon.request('GET', '/v1/terminals');
  expect(reply.json()).toEqual({ terminals: [] });
  expect(await at.ended).toBe(0);
});

verifies(
  ['H11'],
  'a daemon that goes away stops neither the agent nor its terminal, and comes back to it',
  async () => {
    const it = await world();
    const at = await runAtTerminal(
      it.daemon,
      `
process.stdin.setRawMode(true);
let n = 0;
setInterval(() => process.stdout.write('tick ' + (n += 1) + ' '), 50);
process.stdin.on('data', () => process.exit(0));`,
    );
    await at.terminal();
    const { home } = it.daemon;
    await it.daemon.kill();
    const ticks = (): number => at.screen().match(/tick \d+/g)?.length ?? 0;
    const before = ticks();
    await until('it goes on', () => ticks() > before + 5 || undefined);
    await using again = await world({}, { home });
    const terminals = await until('the terminal', async () => {
      const reply = await again.daemon.request('GET', '/v1/terminals');
      const { terminals: found } = reply.json() as { terminals: readonly { id: string; endedAt: number | null }[] };
      return found.length > 0 ? found : undefined;
    });
    const mia = watchTerminal(again.daemon, terminals[0]?.id ?? '', await again.daemon.access());
    await until('what it shows', () => mia.text().includes(`tick ${before + 5} `) || undefined);
    at.pty.write('q');
    expect(await at.ended).toBe(0);
  },
);

verifies(['H11', 'G-S02', 'X2'], 'no known secret is watched, kept, logged or in a record', async () => {
  await using it = await world();
  const secret = 'Zq9-hunter2-Zq9';
  const added = await it.daemon.request('POST', '/v1/secrets', {
    body: { name: 'password', value: secret },
  });
  expect(added.status, added.text).toBe(200);
  const at = await runAtTerminal(
    it.daemon,
    `
const secret = 'Zq9-hun' + 'ter2-Zq9';
process.stdout.write('\\u001b]0;title ' + secret + '\\u0007whole ' + secret + ' cut ' + secret.slice(0, 7));
setTimeout(() => process.stdout.write(secret.slice(7) + ' base64 ' + Buffer.from(secret).toString('base64') + ' done '), 200);
setTimeout(() => {}, 1500);`,
  );
  const { id } = await at.terminal();
  const mia = watchTerminal(it.daemon, id, await it.daemon.access());
  await until('all of it', () => mia.text().includes('done') || undefined);
  const late = watchTerminal(it.daemon, id, await it.daemon.access());
  await until('all of it, later', () => late.text().includes('done') || undefined);
  mia.type(secret);
  await sleep(50);
  mia.close();
  expect(await at.ended).toBe(0);
  const records = JSON.stringify(await it.records());
  for (const text of [mia.text(), late.text(), JSON.stringify(mia.got), records, it.daemon.output()]) {
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12));
  }
  expect(mia.text().match(/\[REDACTED:password\]/gi)?.length).toBeGreaterThanOrEqual(3);
});
