// What scripts do, through the real daemon, a real child and a real server: requests, secrets, tests, evals, their end.
import type { ScriptRun } from '@castellan/contract';
import { json, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type ScriptWorld, script, scriptWorld } from './support/script-server.ts';
import { ofKind, until } from './support/world.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
/** Says everything again that it heard. */
const echo: Parameters<typeof scriptWorld>[0] = (response, seen, request) =>
  json({ url: seen.url, body: seen.body, headers: seen.headers, said: 'hello' })(response, seen, request);

/** Records, once the outcome of a call is among them. */
const recordsWith = (at: ScriptWorld, call: string | undefined) =>
  until('the outcome of the call', async () => {
    const records = await at.it.records();
    return ofKind(records, 'outcome').some((record) => record.call === call) ? records : undefined;
  });
const codeOf = (run: ScriptRun): string => run.error?.code ?? run.outcome;

verifies(
  ['S5', 'S8', 'X1', 'L1'],
  'an approved script reaches its server with a secret that it never holds, and every step of it is on record',
  async () => {
    await using at = await scriptWorld(echo);
    await at.keep('API_KEY', KEY);
    const source = script(
      { secrets: 'API_KEY', hosts: at.host },
      'key = secrets.get("API_KEY")',
      `reply = http.post("http://${at.host}/items", headers={"authorization": "Bearer " + key}, json={"k": key, "n": 1})`,
      'print("sent", key, reply.body)',
      'log.info("it said", reply.json()["said"])',
      'return {"reply": reply.json(), "has": [secrets.has("API_KEY"), secrets.list()]}',
    );
    const digest = await at.approved('nightly', source);
    const run = await at.desk.run('nightly');
    expect(run.error).toBeNull();
    expect(run).toMatchObject({ kind: 'run', script: 'nightly', digest, outcome: 'succeeded' });
    expect(at.server.seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.parse(at.server.seen[0]?.body ?? '')).toEqual({ k: KEY, n: 1 });
    // What came back held it, and went into the program without it.
    expect(JSON.stringify(run)).not.toContain(KEY);
    expect(run.result).toMatchObject({ reply: { said: 'hello' }, has: [true, ['API_KEY']] });
    expect(JSON.stringify(run.result)).toContain('[REDACTED:API_KEY]');
    expect(run.output.map(({ text }) => text).join('\n')).toContain('[REDACTED:API_KEY]');
    const [call] = run.calls.filter(({ kind }) => kind === 'http');
    expect(call).toMatchObject({ outcome: 'live', verdict: 'allow' });
    expect(call?.text).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/items, \d+ bytes, with API_KEY$/);

    const records = await recordsWith(at, call?.call);
    const [attempt] = ofKind(records, 'attempt').filter(({ module }) => module === 'scripts');
    const made = { name: 'nightly', digest, run: run.id };
    const whose = { agent: run.agent, session: run.session, task: run.task };
    expect(attempt).toMatchObject({ call: call?.call, tool: 'http_send', origin: 'script', script: made, ...whose });
    expect(JSON.stringify(attempt)).toContain('secret:API_KEY');
    const used = ofKind(records, 'secret').filter(({ change }) => change === 'used');
    expect(used).toMatchObject([{ secret: 'API_KEY', by: 'script:nightly', host: at.host }]);
    const steps = ofKind(records, 'script').filter(({ run: of }) => of === run.id);
    expect(steps.map(({ change }) => change)).toEqual(['run-started', 'run-ended']);
    expect(JSON.stringify(records)).not.toContain(KEY);
    expect((await at.it.daemon.request('GET', `/v1/runs/${run.id}`)).json()).toEqual(run);
  },
  { timeout: 180_000 },
);

verifies(
  ['S4', 'S5'],
  'a test run before approval reaches nothing, uses nothing, and says everything that would have been done',
  async () => {
    await using at = await scriptWorld(echo);
    await at.keep('API_KEY', KEY);
    const source = script(
      { secrets: 'API_KEY', hosts: `${at.host}, api.example.org, 169.254.169.254` },
      'key = secrets.get("API_KEY")',
      `http.get("http://${at.host}/items", headers={"x-key": key})`,
      'reply = http.post("https://api.example.org/v1", json={"a": 1}, headers={"x-key": key})',
      'http.get("http://169.254.169.254/latest")',
      'return reply.status',
    );
    const { digest } = await at.desk.propose('nightly', source);
    const test = async (calls: string): Promise<ScriptRun> => {
      const answer = await at.desk.post('/nightly/test', { digest, calls });
      expect(answer.status, answer.text).toBe(200);
      return answer.json() as ScriptRun;
    };
    const recorded = await test('recorded');
    expect(recorded).toMatchObject({ kind: 'test', outcome: 'succeeded', result: 200 });
    expect(recorded.calls).toMatchObject([
      { kind: 'http', outcome: 'recorded', verdict: 'allow', answer: 'it would be done' },
      {
        kind: 'http',
        outcome: 'recorded',
        verdict: 'confirm',
        answer: expect.stringMatching(/a person would be asked.*may not go to host/),
      },
      { kind: 'http', outcome: 'recorded', verdict: 'deny', answer: expect.stringContaining('it would be denied') },
    ]);
    const refused = await test('refused');
    expect(codeOf(refused)).toBe('call_refused');
    expect(refused.calls).toMatchObject([{ outcome: 'refused' }]);
    expect(at.server.connections()).toBe(0);
    const records = await at.it.records();
    expect(ofKind(records, 'attempt')).toEqual([]);
    expect(ofKind(records, 'secret').filter(({ change }) => change === 'used')).toEqual([]);
    expect(await at.it.approvals()).toEqual([]);
    const review = await at.desk.review('nightly', digest);
    expect(review.tests.map(({ id }) => id)).toEqual([refused.id, recorded.id]);
  },
  { timeout: 180_000 },
);

verifies(
  ['S4'],
  'a reviewer says what the calls of a test run answer, in their order; where it ends without, it is said that more may follow',
  async () => {
    await using at = await scriptWorld(echo);
    const source = script(
      { hosts: 'api.example.org' },
      'count = len(http.get("https://api.example.org/tickets").json()["tickets"])',
      'reply = http.post("https://api.example.org/hook", json={"open": count})',
      'return [count, reply.status, reply.body]',
    );
    const { digest } = await at.desk.propose('tickets', source);
    const test = async (...answers: readonly object[]): Promise<ScriptRun> => {
      const answer = await at.desk.post('/tickets/test', { digest, answers });
      expect(answer.status, answer.text).toBe(200);
      return answer.json() as ScriptRun;
    };
    const alone = await test();
    expect(alone).toMatchObject({ outcome: 'failed', calls: [{ outcome: 'recorded' }] });
    expect(alone.error?.hint).toContain('more calls may follow');
    const first = await test({ value: { tickets: [1, 2] } });
    expect(first).toMatchObject({ outcome: 'succeeded', result: [2, 200, '{}'] });
    expect(first.calls.map(({ text }) => text.split(' ')[0])).toEqual(['GET', 'POST']);
    expect(first.calls[0]?.answer).toContain('what the reviewer gave');
    const both = await test({ value: { tickets: [] } }, { status: 503, value: 'closed' });
    expect(both.result).toEqual([0, 503, 'closed']);
    // It failed of what the reviewer gave: nothing to add.
    expect((await test({ value: [] })).error?.hint ?? '').not.toContain('more calls may follow');
    const many = Array.from({ length: 101 }, () => ({ value: 1 }));
    expect((await at.desk.post('/tickets/test', { digest, answers: many })).status).toBe(400);
    expect(at.server.connections()).toBe(0);
  },
  { timeout: 180_000 },
);

verifies(
  ['S7', 'S3'],
  "OpenPact's `script_exec`: code that nobody approved gets no secret, no network and no tool, and nothing pending runs",
  async () => {
    await using at = await scriptWorld(echo);
    await at.keep('API_KEY', KEY);
    const evaluate = async (...lines: readonly string[]): Promise<ScriptRun> => {
      const answer = await at.desk.post('/eval', { source: script({}, ...lines) });
      expect(answer.status, answer.text).toBe(200);
      return answer.json() as ScriptRun;
    };
    expect(await evaluate('return [1 + 1, json.encode({"a": 1}), type(time.now())]')).toMatchObject({
      kind: 'eval',
      script: null,
      outcome: 'succeeded',
      result: [2, '{"a":1}', expect.anything()],
    });
    for (const reach of [
      'secrets.get("API_KEY")',
      'secrets.list()',
      'secrets.has("API_KEY")',
      `http.get("http://${at.host}/")`,
      `http.post("http://${at.host}/", body="x")`,
      'tools.call("claude-code", "Bash", {"command": "id"})',
    ]) {
      const run = await evaluate(`return ${reach}`);
      expect(codeOf(run), reach).toBe('capability_missing');
    }
    const source = script({ hosts: at.host }, `return http.get("http://${at.host}/").status`);
    await at.desk.propose('nightly', source);
    const early = await at.desk.post('/nightly/run', { args: [] });
    expect(early.status, early.text).toBe(409);
    expect(at.server.connections()).toBe(0);
  },
  { timeout: 180_000 },
);

verifies(['S6', 'D2'], 'a quota ends a run and keeps the next one from beginning, and both are told why', async () => {
  await using at = await scriptWorld(echo, { scripts: { quotas: { script: { calls: 3, runs: 3 } } } });
  const source = script(
    { hosts: at.host, limits: 'calls=10' },
    `return [http.get("http://${at.host}/%d" % n).status for n in range(args[0])]`,
  );
  await at.approved('nightly', source);
  expect((await at.desk.run('nightly', [2])).result).toEqual([200, 200]);
  const second = await at.desk.run('nightly', [2]);
  expect(['quota_exceeded', 'calls_exceeded']).toContain(codeOf(second));
  expect(at.server.seen).toHaveLength(3);
  expect(codeOf(await at.desk.run('nightly', [0]))).toBe('succeeded');
  const none = await at.desk.run('nightly', [0]);
  expect(none).toMatchObject({ outcome: 'failed', error: { code: 'quota_exceeded' } });
  expect(none.error?.message).toContain('3 runs');
  const { today } = await at.desk.view('nightly');
  expect(today).toMatchObject({ runs: 3, calls: 3 });
  // Restarted, it remembers.
});

verifies(
  ['S5', 'H1', 'S6'],
  'what a script would send away waits for a person, its clock stands still, and a no ends it',
  async () => {
    await using at = await scriptWorld(echo);
    // Not of this machine, so a person is asked; nothing is there.
    const source = script(
      { hosts: 'castellan.invalid', limits: 'time=5s' },
      'return http.post("https://castellan.invalid/x", body="a").status',
    );
    await at.approved('nightly', source);
    const asked = async () => {
      const ran = at.desk.run('nightly');
      const [question] = await at.it.waiting();
      if (question === undefined) throw new Error('nobody was asked');
      return { ran, question };
    };
    const first = await asked();
    expect(first.question.summary).toContain('Script `nightly`');
    expect(first.question).toMatchObject({ module: 'scripts', tool: 'http_send', agentName: 'castellan' });
    await at.it.deny(first.question, 'not today');
    const denied = await first.ran;
    expect(denied.error).toMatchObject({ code: 'call_refused', message: expect.stringContaining('not today') });
    expect(denied.calls).toMatchObject([{ outcome: 'refused', verdict: 'confirm' }]);
    const second = await asked();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await at.it.approve(second.question);
    const approved = await second.ran;
    expect(approved.error?.message).toContain('castellan.invalid');
    expect(codeOf(approved)).toBe('program_failed');
    expect(approved.used?.waitedMs).toBeGreaterThan(5000);
  },
  { timeout: 180_000 },
);

verifies(
  ['S6'],
  "OpenPact's timeout: a run that is cancelled ends its request, its sleep and its question at once",
  async () => {
    await using at = await scriptWorld(() => undefined);
    const start = async (name: string, line: string): Promise<ScriptRun> => {
      await at.approved(
        name,
        script(
          { hosts: `${at.host}, castellan.invalid`, limits: 'time=300s' },
          line,
          `http.get("http://${at.host}/") if False else None`,
          'http.get("https://castellan.invalid/") if False else None',
        ),
      );
      const answer = await at.desk.post(`/${name}/run`, { args: [], wait: false });
      expect(answer.status, answer.text).toBe(200);
      const run = answer.json() as ScriptRun;
      expect(run.outcome).toBe('running');
      return run;
    };
    const request = await start('request', `http.get("http://${at.host}/silent", timeout=300)`);
    const sleeping = await start('sleep', 'time.sleep(30)');
    const question = await start('question', 'http.post("https://castellan.invalid/", body="x")');
    await until('the request', () => at.server.seen[0]);
    await at.it.waiting();
    for (const { id } of [request, sleeping, question]) {
      const cancelled = await at.it.daemon.request('POST', `/v1/runs/${id}/cancel`);
      expect(cancelled.status, cancelled.text).toBe(200);
      expect(cancelled.json()).toMatchObject({
        id,
        outcome: 'cancelled',
        error: { code: 'cancelled', message: expect.stringContaining('cancelled by person') },
      });
    }
    await until('the connection to end', () => (at.server.aborted() > 0 ? true : undefined));
    expect((await at.it.approvals()).filter(({ state }) => state.kind === 'pending')).toEqual([]);
  },
  { timeout: 180_000 },
);
