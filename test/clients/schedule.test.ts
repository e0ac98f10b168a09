// A schedule starts the real Claude Code with nobody at a terminal: in its own folder, its hooks in force, its model behind the
// broker; what it calls is decided as ever, and it ends with everything it started.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Occasion, Schedule, ScheduleView } from '@castellan/contract';
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { startModel } from './support/model.ts';
import { bash, type CanaryScript, calls, canaryPrompt } from './support/script.ts';
import { clientOf, connectOptions, hold } from './support/world.ts';

async function setUp(config: object) {
  const model = await startModel();
  const root = tempFolder();
  const [user, project] = [join(root, 'user'), join(root, 'project')];
  mkdirSync(join(user, '.claude'), { recursive: true });
  mkdirSync(project);
  const upstreams = { mine: { url: `http://127.0.0.1:${model.port}`, api: 'anthropic' } };
  const daemon = await startDaemon({
    home: join(root, 'state'),
    env: { HOME: user, GITHUB_TOKEN: 'ghp_not_for_agents' },
    config: { models: { upstreams }, ...config },
  });
  const { agent } = await hold({ ...connectOptions(daemon, user, project), scope: 'isolated' });
  const asked = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const reply = await daemon.request(method, path, body === undefined ? {} : { body });
    expect(reply.status, reply.text).toBe(200);
    return reply.json() as T;
  };
  const schedule = (script: CanaryScript): Promise<Schedule> =>
    asked('POST', '/v1/schedules', {
      name: 'nightly report',
      cron: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      target: {
        ...{ kind: 'agent', agent, prompt: canaryPrompt(script) },
        ...{ workspace: project, minutes: 5, modelUpstream: 'mine' },
      },
    });
  const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it did not come to that');
  };
  const latest = async (id: string): Promise<Occasion | undefined> =>
    (await asked<ScheduleView>('GET', `/v1/schedules/${id}`)).occasions[0];
  const ended = (id: string): Promise<Occasion> =>
    until(async () => {
      const occasion = await latest(id);
      return occasion?.endedAt === null ? undefined : occasion;
    });
  const approve = async (): Promise<void> => {
    const { id, digest } = await until(async () => {
      const { approvals } = await asked<{ approvals: { id: string; digest: string; state: { kind: string } }[] }>(
        'GET',
        '/v1/approvals',
      );
      return approvals.find(({ state }) => state.kind === 'pending');
    });
    await asked('POST', `/v1/approvals/${id}/resolve`, { answer: 'approve', digest });
  };
  return {
    ...{ model, daemon, user, project, schedule, asked, until, ended, approve, agent },
    records: async () => {
      const page = await clientOf(daemon).ledger({ query: { from: 0, limit: 1000 } });
      return page.ok ? page.value.records.map(({ record }) => record) : [];
    },
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

verifies(
  ['S9', 'K7'],
  'Claude Code started by a schedule works under its hooks; a confirm waits for the person, and the history says what came of it',
  async () => {
    await using it = await setUp({ modules: { 'claude-code': { tools: { Bash: 'confirm' } } } });
    const { id } = await it.schedule(calls(bash('env | sort > env.txt')));
    await it.asked('POST', `/v1/schedules/${id}/run`);
    await it.approve();
    const occasion = await it.ended(id);
    expect(occasion).toMatchObject({
      outcome: 'succeeded',
      by: 'person:mia',
      text: expect.stringContaining('model saw:'),
    });
    const env = readFileSync(join(it.project, 'env.txt'), 'utf8');
    expect(env).not.toContain('GITHUB_TOKEN');
    expect(env).toContain('CLAUDE_CONFIG_DIR=');
    const records = await it.records();
    expect(records).toContainEqual(
      expect.objectContaining({ kind: 'attempt', tool: 'Bash', agent: it.agent, session: occasion.session }),
    );
    const told = records.flatMap((record) => (record.kind === 'schedule' ? [record.change] : []));
    expect(told).toEqual(['made', 'started', 'ended']);
  },
  withClaude,
);

verifies(
  ['S9'],
  'a schedule that is removed ends its agent and everything that agent started',
  async () => {
    await using it = await setUp({ modules: { 'claude-code': { tools: { Bash: 'allow' } } } });
    const { id } = await it.schedule(calls(bash('echo $$ > pid.txt; exec sleep 600')));
    await it.asked('POST', `/v1/schedules/${id}/run`);
    const pid = await it.until(() =>
      existsSync(join(it.project, 'pid.txt')) ? readFileSync(join(it.project, 'pid.txt'), 'utf8').trim() : undefined,
    );
    await it.asked('DELETE', `/v1/schedules/${id}`);
    await it.until(() => (existsSync(`/proc/${pid}/status`) ? undefined : true));
    const ended = await it.until(async () =>
      (await it.records()).find((record) => record.kind === 'schedule' && record.change === 'ended'),
    );
    expect(ended).toMatchObject({ text: expect.stringContaining('the schedule was removed') });
  },
  withClaude,
);
