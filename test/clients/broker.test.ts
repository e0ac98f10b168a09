// The real Claude Code and the real OpenCode with a placeholder for a key: the model server wants the real one, and nothing
// that the clients hold, write or are told has it.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, runProcess, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { runClaudeCode, withClaude } from './support/claude.ts';
import { startModel } from './support/model.ts';
import { runOpenCode, withOpenCode } from './support/opencode.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { clientOf, world } from './support/world.ts';

const KEY = 'sk-real-9c2e51d84b06a7c97f3a-0451';

/** Every byte below a folder. */
const filesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

async function setUp(api: 'openai' | 'anthropic', more: object = {}) {
  const model = await startModel(KEY);
  const upstream = { url: `http://127.0.0.1:${model.port}`, api, secret: 'MODEL_KEY' };
  const root = tempFolder();
  const [user, project] = [join(root, 'user'), join(root, 'project')];
  mkdirSync(join(user, '.claude'), { recursive: true });
  mkdirSync(project);
  const daemon = await startDaemon({
    home: join(root, 'state'),
    config: { models: { upstreams: { mine: upstream, ...more } } },
  });
  const body = { name: 'MODEL_KEY', value: KEY, uses: [{ kind: 'host', name: `127.0.0.1:${model.port}` }] };
  const added = await daemon.request('POST', '/v1/secrets', { body });
  expect(added.status, added.text).toBe(200);
  const agent = { kind: 'other', name: 'coder', watched: [], hookTimeoutSeconds: 60 };
  const connected = await daemon.request('POST', '/v1/agents', { body: agent });
  const { id } = (connected.json() as { agent: { id: string } }).agent;
  const made = await daemon.request('POST', `/v1/agents/${id}/model-key`);
  return {
    model,
    daemon,
    user,
    project,
    root,
    key: (made.json() as { key: string }).key,
    base: `http://127.0.0.1:${daemon.state.port}/model/mine`,
    records: async () => {
      const page = await clientOf(daemon).ledger({ query: { from: 0, limit: 1000 } });
      if (!page.ok) throw new Error(JSON.stringify(page.error));
      return page.value.records.map(({ record }) => record);
    },
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

verifies(
  ['X5', 'X1'],
  'Claude Code works with a placeholder, and neither it nor its shell can see the real key',
  async () => {
    await using at = await setUp('anthropic');
    const ended = await runClaudeCode({
      script: calls(bash('env | sort; cat /proc/$PPID/environ | tr "\\0" "\\n"')),
      cwd: at.project,
      home: at.user,
      model: at.model.port,
      args: ['--allowedTools', 'Bash'],
      env: { ANTHROPIC_BASE_URL: at.base, ANTHROPIC_API_KEY: at.key },
    });
    expect(ended.stdout, ended.stderr).toContain('model saw: ');
    expect(ended.stdout).toContain(`ANTHROPIC_BASE_URL=${at.base}`);
    expect(at.model.refused()).toBe(0);
    expect(at.model.requests.length).toBeGreaterThan(1);
    for (const text of [ended.stdout, ended.stderr, filesBelow(at.user), filesBelow(at.project), ...at.model.requests])
      expect(text).not.toContain(KEY);
    // Its own placeholder was in what the shell gave, and did not leave either.
    expect(at.model.requests.join()).toContain('ANTHROPIC_API_KEY=[REDACTED:');
    expect([...at.model.requests, ...at.model.headers].join()).not.toContain(at.key);
    const records = await at.records();
    expect(records.filter(({ kind }) => kind === 'model')).toContainEqual(
      expect.objectContaining({ upstream: 'mine', path: 'v1/messages', status: 200, inputTokens: 1, outputTokens: 1 }),
    );
    expect(filesBelow(at.root)).not.toContain(KEY);
  },
  withClaude,
);

verifies(
  ['X5'],
  'Claude Code shows why it was refused: a revoked key, a cloud server nobody opted in to',
  async () => {
    const far = { url: 'https://models.example.invalid', api: 'anthropic' };
    await using at = await setUp('anthropic', { far });
    const run = (env: Readonly<Record<string, string>>) =>
      runClaudeCode({ script: calls(), cwd: at.project, home: at.user, model: at.model.port, env });
    const unknown = await run({ ANTHROPIC_BASE_URL: at.base.replace('/mine', '/nobody'), ANTHROPIC_API_KEY: at.key });
    expect(unknown.stdout + unknown.stderr).toContain('no model server is called `nobody`');
    const cloud = await run({ ANTHROPIC_BASE_URL: at.base.replace('/mine', '/far'), ANTHROPIC_API_KEY: at.key });
    expect(cloud.stdout + cloud.stderr).toContain('add `models.example.invalid` to `cloud.services` in config.yaml');
    const both = await run({
      ANTHROPIC_BASE_URL: at.base,
      ANTHROPIC_API_KEY: at.key,
      ANTHROPIC_AUTH_TOKEN: 'of-the-user',
    });
    expect(both.stdout + both.stderr).toContain('two different credentials');
    const revoked = await run({ ANTHROPIC_BASE_URL: at.base, ANTHROPIC_API_KEY: `${at.key.slice(0, -1)}x` });
    expect(revoked.code).not.toBe(0);
    expect(at.model.requests).toHaveLength(0);
  },
  withClaude,
);

verifies(
  ['X5', 'X4'],
  '`castellan run --model-upstream` gives Claude Code a placeholder and none of the keys of its user',
  async () => {
    await using model = await startModel(KEY);
    const upstream = { url: `http://127.0.0.1:${model.port}`, api: 'anthropic', secret: 'MODEL_KEY' };
    const allow = { modules: { 'claude-code': { tools: { Bash: 'allow' } } } };
    await using it = await world({ ...allow, models: { upstreams: { mine: upstream } } }, { scope: 'isolated' });
    const body = { name: 'MODEL_KEY', value: KEY, uses: [{ kind: 'host', name: `127.0.0.1:${model.port}` }] };
    expect((await it.daemon.request('POST', '/v1/secrets', { body })).status).toBe(200);
    const script = calls(bash('env | sort > env.txt'));
    const bin = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
    // Somebody is there to ask, although it has no terminal.
    const run = ['run', '--confirm', 'wait', '--model-upstream', 'mine', 'claude-code'];
    const args = [bin, ...run, '--', '-p', canaryPrompt(script)];
    const running = runProcess(process.execPath, args, {
      cwd: it.project,
      timeout: 80_000,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: it.user,
        TERM: 'dumb',
        CASTELLAN_HOME: it.home,
        ANTHROPIC_API_KEY: 'sk-ant-of-the-user',
        ANTHROPIC_AUTH_TOKEN: 'token-of-the-user',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/of-the-user',
        AWS_SECRET_ACCESS_KEY: 'aws-of-the-user',
        CLAUDE_CODE_USE_BEDROCK: '1',
      },
    });
    await it.approve();
    const ended = await running;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const env = readFileSync(join(it.project, 'env.txt'), 'utf8');
    expect(env).toContain(`ANTHROPIC_BASE_URL=http://127.0.0.1:${it.daemon.state.port}/model/mine\n`);
    expect(env).toMatch(/^ANTHROPIC_AUTH_TOKEN=castellan_m_/m);
    expect(env).not.toMatch(/of-the-user|ANTHROPIC_API_KEY|AWS_|BEDROCK/);
    expect(model.refused()).toBe(0);
    expect(model.requests.length).toBeGreaterThan(1);
    for (const text of [env, ended.stdout, ended.stderr, filesBelow(it.home), filesBelow(it.user), ...model.requests])
      expect(text).not.toContain(KEY);
    const session = (await it.records()).find(({ kind }) => kind === 'attempt');
    const asked = (await it.records()).filter((record) => record.kind === 'model' && record.status === 200);
    // Spent in the very session whose calls were decided.
    expect(asked.at(-1)).toMatchObject({ session: session?.kind === 'attempt' ? session.session : 'none' });
  },
  withClaude,
);

verifies(
  ['X5', 'X1'],
  'OpenCode works with a placeholder, and neither it nor its shell can see the real key',
  async () => {
    await using at = await setUp('openai');
    const ended = await runOpenCode({
      prompt: 'look around',
      cwd: at.project,
      home: at.user,
      baseUrl: `${at.base}/v1`,
      apiKey: at.key,
    });
    expect(ended.stdout, ended.stderr).toContain('model saw: ');
    expect(at.model.refused()).toBe(0);
    expect(at.model.requests.length).toBeGreaterThan(1);
    for (const text of [ended.stdout, ended.stderr, filesBelow(at.user), filesBelow(at.project), ...at.model.requests])
      expect(text).not.toContain(KEY);
    expect(at.model.requests.join()).toContain('OPENCODE_CONFIG_CONTENT=');
    expect([...at.model.requests, ...at.model.headers].join()).not.toContain(at.key);
    const records = await at.records();
    expect(records.filter(({ kind }) => kind === 'model')).toContainEqual(
      expect.objectContaining({
        path: 'v1/chat/completions',
        model: 'scripted-model',
        status: 200,
        inputTokens: 21,
        outputTokens: 8,
      }),
    );
  },
  withOpenCode,
);
