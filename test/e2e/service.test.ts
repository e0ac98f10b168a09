// The daemon as somebody who looks after it for months sees it: ready or not, in numbers, in its log, and by what rings. A real daemon,
// a real disk limit, a clock that is really set; metrics are read by Prometheus' own tool where that is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Alarm, Health, LogLine } from '@castellan/contract';
import { fault, inRoot, sendRequest, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { DELETE, type Json, MAIL, type TestAgent, UNHURRIED, until, type World, world } from './support/world.ts';

const SECRET = 'Vx7mQ-Kept-To-Itself-94316-zz';
const HOUR_MS = 3_600_000;

interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly heard: { readonly path: string; readonly type: string; readonly body: string }[];
}

async function collector(): Promise<Collector> {
  const heard: Collector['heard'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      heard.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '', body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/v1/metrics`, heard, [Symbol.asyncDispose]: close };
}

let it: World;
let agent: TestAgent;
let otlp: Collector;
const offset = join(tempFolder(), 'offset');
const configOf = (alarms: Json): Json => ({
  limits: { ...UNHURRIED, turn: { ...UNHURRIED.turn, minutes: { pause: null, stop: null } } },
  log: { level: 'debug' },
  metrics: { otlp: otlp.url, everySeconds: 1 },
  alarms,
});
/** As the person changes it: the file, and a word that it is to be read. */
async function configure(alarms: Json): Promise<void> {
  writeFileSync(
    join(it.daemon.home, 'config.yaml'),
    JSON.stringify({ schema: 'castellan/config/v1', ...configOf(alarms) }),
  );
  expect((await it.daemon.request('POST', '/v1/policy', { body: { change: 'reload' } })).status).toBe(200);
}
/** By the daemon's own token: it outlives a clock that is set. */
const asked = async <T>(path: string): Promise<T> =>
  (await it.daemon.request('GET', path, { token: it.daemon.state.token })).json() as T;
const alarms = async (): Promise<readonly Alarm[]> => (await asked<{ alarms: readonly Alarm[] }>('/v1/status')).alarms;
const raised = (kind: Alarm['kind']): Promise<Alarm> =>
  until(`alarm ${kind}`, async () => (await alarms()).find((alarm) => alarm.kind === kind));
const ended = (kind: Alarm['kind']): Promise<true> =>
  until(`the end of alarm ${kind}`, async () =>
    (await alarms()).some((alarm) => alarm.kind === kind) ? undefined : true,
  );
const logText = (home: string): string =>
  readdirSync(join(home, 'daemon'))
    .filter((name) => name.startsWith('castellan.log'))
    .map((name) => readFileSync(join(home, 'daemon', name), 'utf8'))
    .join('');
const logLines = (home: string): readonly LogLine[] =>
  readFileSync(join(home, 'daemon', 'castellan.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
const metrics = async (token?: string): Promise<string> =>
  (await it.daemon.request('GET', '/metrics', token === undefined ? {} : { token })).text;
const valueIn = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  );

beforeAll(async () => {
  otlp = await collector();
  writeFileSync(offset, '0');
  const home = join(tempFolder(), 'state');
  // A log that is full from before.
  mkdirSync(join(home, 'daemon'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'daemon', 'castellan.log'), `${'x'.repeat(1023)}\n`.repeat(10 * 1024), { mode: 0o644 });
  writeFileSync(join(home, 'daemon', 'castellan.log.4'), 'the oldest\n', { mode: 0o600 });
  it = await world(configOf({}), {
    home,
    env: { CLOCK_OFFSET: offset, NODE_OPTIONS: `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}` },
  });
  agent = await it.connect('{evil="1"} 7\n# TYPE');
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
  await otlp[Symbol.asyncDispose]();
});

verifies(
  ['R5'],
  'ready is yes or no with a reason, told to anybody; how it stands is told to who may look',
  async () => {
    await using fresh = await startDaemon({ setup: false });
    const before = await sendRequest({ port: fresh.state.port }, 'GET', '/v1/ready', {});
    expect([before.status, before.json()]).toEqual([503, { error: 'not_ready', message: 'set-up' }]);

    const port = it.daemon.state.port;
    const now = await sendRequest({ port }, 'GET', '/v1/ready', {});
    expect([now.status, now.json()]).toEqual([200, { ready: true }]);
    for (const path of ['/v1/health', '/metrics']) {
      expect((await sendRequest({ port }, 'GET', path, {})).status, path).toBe(401);
      expect((await it.daemon.request('GET', path, { token: agent.credential })).status, path).toBe(403);
    }
    const health = await asked<Health>('/v1/health');
    expect(health.rooms.map(({ room }) => room)).toEqual(
      expect.arrayContaining(['ledger', 'policy', 'vault', 'disk', 'approvals', 'agents', 'hooks', 'clock', 'gate']),
    );
    expect(health.rooms.filter(({ state }) => state === 'failed')).toEqual([]);
  },
);

verifies(['R5'], 'metrics count what happened, by words of ours alone, as Prometheus reads them', async () => {
  const before = await metrics();
  expect((await agent.check('claude-code/TodoWrite', { todos: [] })).kind).toBe('run');
  expect((await agent.pre('Bash', { command: 'rm -rf /' })).verdict).toBe('deny');
  const waits = agent.pre(DELETE, { id: '1' }, { server: MAIL });
  const [approval] = await it.waiting();
  expect(valueIn(await metrics(), 'castellan_pending_approvals')).toBe(1);
  if (approval !== undefined) await it.approve(approval);
  expect((await waits).verdict).toBe('allow');
  const after = await metrics();
  const more = (series: string): number => valueIn(after, series) - (valueIn(before, series) || 0);
  expect(more('castellan_calls_total{surface="api",verdict="allow"}')).toBe(1);
  expect(more('castellan_calls_total{surface="hook",verdict="deny"}')).toBe(1);
  expect(more('castellan_calls_total{surface="hook",verdict="confirm"}')).toBe(1);
  expect(more('castellan_approvals_total{answer="approved"}')).toBe(1);
  expect(more('castellan_approval_wait_seconds_count')).toBe(1);
  // Two that asked nobody; the third waited for a person, whose time is another metric.
  expect(more('castellan_decision_seconds_count')).toBe(2);
  expect(more('castellan_record_seconds_count')).toBeGreaterThan(4);
  expect(more('castellan_http_requests_total{route="claudeHook",status="200"}')).toBe(2);
  for (const gauge of [
    'process_resident_memory_bytes',
    'process_open_fds',
    'castellan_ledger_records',
    'castellan_disk_free_bytes',
  ])
    expect(valueIn(after, gauge), gauge).toBeGreaterThan(0);
  expect(valueIn(after, 'castellan_event_loop_delay_max_seconds')).toBeGreaterThanOrEqual(0);
  // Nothing an agent chose is a label: its name, its tools, its commands, its session.
  expect(after).not.toMatch(/evil|TodoWrite|mail|rm -rf|toolu_|agent_/);
});

const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) => existsSync(path));
verifies(
  ['R5'],
  'promtool finds nothing wrong with them (skipped without promtool)',
  async () => {
    const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'metrics'], {
      input: await metrics(),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  },
  { skip: promtool === undefined },
);

verifies(['R5', 'A13'], 'an API token for metrics reads metrics and nothing else', async () => {
  const made = await it.daemon.request('POST', '/v1/api-tokens', {
    body: { name: 'prometheus', permissions: ['metrics:read'], days: 30 },
  });
  const { token } = made.json() as { token: string };
  expect(await metrics(token)).toContain('castellan_ready 1');
  for (const path of ['/v1/health', '/v1/status', '/v1/ledger'])
    expect((await it.daemon.request('GET', path, { token })).status, path).toBe(403);
});

verifies(['R5'], 'metrics are sent by OpenTelemetry where config.yaml says so', async () => {
  const { path, type, body } = await until('a report', () => otlp.heard.at(-1));
  expect([path, type]).toEqual(['/v1/metrics', 'application/json']);
  const report = JSON.parse(body) as {
    resourceMetrics: { scopeMetrics: { metrics: Record<string, { dataPoints: Record<string, unknown>[] }>[] }[] }[];
  };
  const sent = report.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  const named = (name: string) => sent.find((metric) => (metric.name as unknown) === name);
  expect(named('castellan_calls_total')?.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
  const [point] = named('castellan_record_seconds')?.histogram?.dataPoints ?? [];
  expect(point).toMatchObject({
    timeUnixNano: expect.stringMatching(/^\d{19}$/),
    count: expect.stringMatching(/^\d+$/),
  });
  const { bucketCounts = [], explicitBounds = [] } = point as { bucketCounts?: unknown[]; explicitBounds?: unknown[] };
  expect(bucketCounts.length).toBe(explicitBounds.length + 1);
});

verifies(
  ['R5', 'X2'],
  'the log is lines of JSON, rotated, ours alone, and holds no secret however it came',
  async () => {
    const { home } = it.daemon;
    expect((await it.daemon.request('POST', '/v1/secrets', { body: { name: 'KEPT', value: SECRET } })).status).toBe(
      200,
    );
    const { port } = it.daemon.state;
    const swapped = SECRET.toLowerCase();
    for (const said of [SECRET, swapped, encodeURIComponent(SECRET)]) {
      await sendRequest({ port }, 'GET', `/v1/calls/${said}?x=${said}`, {
        headers: { 'user-agent': said, 'x-any': said },
      });
      await it.daemon.request('GET', `/v1/grants/${said}`, { token: agent.credential });
      await sendRequest({ port }, 'POST', '/v1/sign-in', { body: { name: said, password: said } });
      await agent.pre('Bash', { command: `echo ${said}` }, { session: said, id: `call-${said}` });
    }
    await until('a line about the refusals', () => (logText(home).includes('"event":"refused"') ? true : undefined));
    expect(logText(home).toLowerCase()).not.toContain(swapped);

    const files = readdirSync(join(home, 'daemon'))
      .filter((name) => name.startsWith('castellan.log'))
      .toSorted();
    expect(files).toEqual(['castellan.log', 'castellan.log.1']);
    expect(readFileSync(join(home, 'daemon', 'castellan.log.1'), 'utf8').startsWith('xxx')).toBe(true);
    for (const name of files) expect(statSync(join(home, 'daemon', name)).mode & 0o777, name).toBe(0o600);
    const lines = logLines(home);
    expect(lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['daemon.started', 'policy.loaded', 'agent.connected', 'call.decided', 'http.answered']),
    );
  },
);

verifies(['R4', 'R5'], 'castellan service: what it would install, how it stands, and its log', async () => {
  const home = tempFolder();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), 'service', ...args], {
      encoding: 'utf8',
      env: { HOME: home, PATH: '/usr/bin:/bin', CASTELLAN_HOME: it.daemon.home, COLUMNS: '80' },
    });
  const logs = run('logs', '-n', '3', '--level', 'info');
  expect(logs.stdout.trim().split('\n').length, logs.stderr).toBe(3);
  expect(logs.stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+ (info|warn|error) +\S+: /m);
  expect(run('logs', '--level', 'loud').status).toBe(64);
  const status = run('status', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({
    installed: 'none',
    ready: true,
    manager: 'systemd',
    scope: 'user',
  });
  const plan = run('install', '--dry-run');
  expect(plan.stdout, plan.stderr).toContain('NoNewPrivileges=yes');
  expect(plan.stdout, 'memory that is free goes back').toContain('Environment=MALLOC_MMAP_THRESHOLD_=65536\n');
  expect(plan.stdout).not.toContain(it.daemon.state.token);
  expect(existsSync(join(home, '.config', 'systemd'))).toBe(false);
  const unit = join(home, '.config', 'systemd', 'user', 'castellan.service');
  expect(run('install').status, 'nobody can be asked').toBe(64);
  expect(run('install', '--yes').status).toBe(0);
  expect(statSync(unit).mode & 0o777).toBe(0o600);
  expect(readFileSync(unit, 'utf8')).not.toMatch(/castellan_[a-z]_[0-9a-f]{8}/);
  expect(run('install', '--yes').stdout).toContain('stays as it is');
  expect(run('uninstall', '--yes').stdout).toContain(it.daemon.home);
  expect(existsSync(unit)).toBe(false);
  expect(existsSync(join(it.daemon.home, 'config.yaml'))).toBe(true);
});

verifies(['G-C04', 'R4'], 'the attack: an agent changes what starts the keeper', async () => {
  const home = process.env.HOME ?? '/root';
  for (const path of [
    `${home}/.config/systemd/user/castellan.service`,
    `${home}/.config/systemd/user/castellan.service.d/10.conf`,
    `${home}/.config/systemd/user/service.d/10.conf`,
    `${home}/.config/environment.d/90.conf`,
    '/etc/systemd/system/castellan.service',
    `${home}/Library/LaunchAgents/castellan.daemon.plist`,
  ]) {
    const written = await agent.pre('Write', { file_path: path, content: '[Service]\nExecStart=/bin/true\n' });
    expect(written.verdict, path).toBe('deny');
    for (const command of [`rm -f ${path}`, `echo x >> '${path}'`, `ln -sf /dev/null ${path}`])
      expect((await agent.pre('Bash', { command })).verdict, command).toBe('deny');
  }
});

fault(
  'disk-nearly-full',
  ['R5'],
  'a disk that fills, a script nobody answers for: rung once, reminded of, and over when it is mended',
  async () => {
    const feed = await it.events();
    await configure({ diskFreeMiB: 1_000_000_000, scriptHours: 0, remindHours: 1 / 3600 });
    const { id, hint } = await raised('disk-low');
    expect(hint).toContain('free some space');
    expect((await asked<Health>('/v1/health')).rooms.find(({ room }) => room === 'disk')?.state).toBe('degraded');
    const proposed = await it.daemon.request('POST', '/v1/scripts', {
      body: { name: 'tidy', source: 'description = "tidies"\n\ndef main(args):\n    return 1\n', note: 'first' },
    });
    expect(proposed.status, proposed.text).toBe(200);
    expect((await raised('script-waiting')).text).toContain('`tidy` version 1');
    const rings = (): number => feed.seen.filter((event) => event.kind === 'alarm' && event.alarm.id === id).length;
    await expect.poll(rings).toBeGreaterThan(1);
    const recorded = (await it.records()).filter((record) => record.kind === 'alarm' && record.alarm.id === id);
    expect(recorded.length, 'reminding is no second alarm').toBe(1);
    await configure({ diskFreeMiB: 1, scriptHours: 24, remindHours: 0 });
    await ended('disk-low');
    await ended('script-waiting');
    feed.close();
  },
);

fault(
  'ledger-unwritable',
  ['R5', 'L2'],
  'a ledger that cannot be written: not ready, rung, and ready again when it can be',
  async () => {
    const limit = (bytes: string): void =>
      void execFileSync('prlimit', [`--pid=${it.daemon.pid}`, `--fsize=${bytes}:`]);
    limit('1');
    expect((await agent.check('claude-code/TodoWrite', { todos: [] })).kind).toBe('refused');
    await raised('ledger-failed');
    const { port } = it.daemon.state;
    expect((await sendRequest({ port }, 'GET', '/v1/ready', {})).json()).toMatchObject({
      error: 'not_ready',
      message: 'ledger',
    });
    expect((await asked<Health>('/v1/health')).state).toBe('failed');
    limit('unlimited');
    await ended('ledger-failed');
    expect((await sendRequest({ port }, 'GET', '/v1/ready', {})).status).toBe(200);
    expect((await agent.check('claude-code/TodoWrite', { todos: [] })).kind).toBe('run');
  },
);

fault('clock-jump', ['R5'], 'a clock that is set rings, and is quiet when it is right again', async () => {
  writeFileSync(offset, String(3 * HOUR_MS));
  expect((await raised('clock-jumped')).text).toBe(
    'the clock of this machine was set 3 h forward while the daemon runs',
  );
  writeFileSync(offset, '0');
  await ended('clock-jumped');
});
