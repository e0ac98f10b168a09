// A person's no ends what began before it: what runs, what waits in line, what is about to begin, and what only loads it.
import type { ScriptRun } from '@castellan/contract';
import { json, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type ScriptWorld, script, scriptWorld } from '../e2e/support/script-server.ts';
import { until } from '../e2e/support/world.ts';

const OK = json({ fine: true });

const begin = async (at: ScriptWorld, name: string, ...args: readonly unknown[]): Promise<ScriptRun> => {
  const answer = await at.desk.post(`/${name}/run`, { args, wait: false });
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as ScriptRun;
};
const now = async (at: ScriptWorld, { id }: ScriptRun): Promise<ScriptRun> =>
  (await at.it.daemon.request('GET', `/v1/runs/${id}`)).json() as ScriptRun;
const ended = (at: ScriptWorld, run: ScriptRun): Promise<ScriptRun> =>
  until('its end', async () => {
    const seen = await now(at, run);
    return seen.outcome === 'running' ? undefined : seen;
  });

verifies(
  ['S3', 'S6'],
  'a version that was superseded while its run waited in line never runs',
  async () => {
    await using at = await scriptWorld(OK, { scripts: { concurrency: 1 } });
    await at.approved(
      'busy',
      script(
        { hosts: at.host, limits: 'time=300s steps=1000M' },
        `http.get("http://${at.host}/spins")`,
        'for n in range(1000000000): pass',
      ),
    );
    await at.approved('news', script({ hosts: at.host }, `return http.get("http://${at.host}/OLD").status`));
    const spins = await begin(at, 'busy');
    await until('it to spin', () => at.server.seen[0]);
    const old = await begin(at, 'news');
    await at.approved('news', script({ hosts: at.host }, `return http.get("http://${at.host}/NEW").status`));
    expect(await now(at, old)).toMatchObject({
      outcome: 'cancelled',
      error: { code: 'cancelled', message: expect.stringContaining('is not the approved one any more') },
    });
    expect((await at.it.daemon.request('POST', `/v1/runs/${spins.id}/cancel`)).status).toBe(200);
    expect((await at.desk.run('news')).result).toBe(200);
    expect(at.server.seen.map(({ url }) => url)).toEqual(['/spins', '/NEW']);
  },
  { timeout: 180_000 },
);

verifies(
  ['S3', 'S6'],
  'a script that loads another ends with it, in the middle of a question and of a sleep',
  async () => {
    await using at = await scriptWorld(OK, { modules: { scripts: { tools: { http_send: 'confirm' } } } });
    await at.approved(
      'lib',
      `# @hosts: ${at.host}\ndef send(): return http.post("http://${at.host}/lib").status\n\ndef main(): return send()\n`,
    );
    const user = `# @hosts: ${at.host}\nload("lib", "send")\ndef main(first):\n    time.sleep(first)\n    return send()\n`;
    const header = user.split('\n').slice(1).join('\n');
    await at.approved('user', user).catch(() => at.approved('user', header));
    const asking = await begin(at, 'user', 0);
    const sleeping = await begin(at, 'user', 30);
    const [question] = await at.it.waiting(1);
    if (question === undefined) throw new Error('nobody was asked');
    const disabled = await at.desk.post('/lib/disable', { reason: 'it is not what it seemed' });
    expect(disabled.status, disabled.text).toBe(200);
    // When the person has their answer, it is over.
    for (const run of [asking, sleeping])
      expect(await now(at, run)).toMatchObject({
        outcome: 'cancelled',
        error: { message: expect.stringContaining('it loads `lib`, which is disabled') },
      });
    expect((await at.it.approve(question)).status).not.toBe(200);
    expect(at.server.seen).toEqual([]);
  },
  { timeout: 180_000 },
);

verifies(
  ['S3', 'S6'],
  'of runs that begin at the very moment of the no, none does anything after it was told',
  async () => {
    await using at = await scriptWorld(OK, { scripts: { quotas: { script: { runs: 1000 } } } });
    const digest = await at.approved(
      'racy',
      script({ hosts: at.host }, 'for n in range(40):', `    http.get("http://${at.host}/n")`),
    );
    for (let round = 0; round < 8; round += 1) {
      const asked = [at.desk.post('/racy/run', { args: [], wait: false })];
      for (let pause = 0; pause < round; pause += 1) await new Promise(setImmediate);
      asked.push(at.desk.post('/racy/run', { args: [], wait: false }));
      const answer = await at.desk.post('/racy/disable', { reason: 'no' });
      expect(answer.status, answer.text).toBe(200);
      // What was sent before the answer may be read after it: it is here by now.
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      const before = at.server.seen.length;
      for (const each of await Promise.all(asked)) {
        if (each.status !== 200) continue;
        const run = await ended(at, each.json() as ScriptRun);
        expect(run.outcome, JSON.stringify(run.error)).not.toBe('succeeded');
        expect(run.error?.message).toContain('`racy` is disabled');
      }
      expect(at.server.seen).toHaveLength(before);
      const restored = await at.desk.post('/racy/restore', { digest });
      expect(restored.status, restored.text).toBe(200);
    }
  },
  { timeout: 180_000 },
);

verifies(
  ['S4', 'S6'],
  'a test of a version ends when a person rejects it',
  async () => {
    await using at = await scriptWorld(OK);
    const { digest } = await at.desk.propose(
      'draft',
      script({ limits: 'time=300s' }, 'for n in range(10): time.sleep(30)'),
    );
    const testing = at.desk.post('/draft/test', { digest, calls: 'recorded' });
    await until('the test to begin', async () => {
      const { runs } = (await at.it.daemon.request('GET', '/v1/runs?script=draft')).json() as { runs: ScriptRun[] };
      return runs[0];
    });
    expect((await at.desk.reject('draft', digest, 'not this')).status).toBe(200);
    expect((await testing).json()).toMatchObject({
      kind: 'test',
      outcome: 'cancelled',
      error: { message: expect.stringContaining('was rejected: not this') },
    });
  },
  { timeout: 180_000 },
);
