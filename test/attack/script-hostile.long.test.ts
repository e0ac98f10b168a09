// A hostile script beside ordinary work: what it takes is its own, what it holds up is nobody's, and it ends when it must.
import type { ScriptRun } from '@castellan/contract';
import { json, startDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { script, scriptWorld } from '../e2e/support/script-server.ts';
import { deskOf } from '../e2e/support/scripts.ts';
import { ofKind, until, worldOf } from '../e2e/support/world.ts';

const OK = json({ fine: true });
const codeOf = (run: ScriptRun): string => run.error?.code ?? run.outcome;
const begun = async (at: Awaited<ReturnType<typeof scriptWorld>>, name: string, args: readonly unknown[] = []) => {
  const answer = await at.desk.post(`/${name}/run`, { args, wait: false });
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as ScriptRun;
};
const ended = (at: Awaited<ReturnType<typeof scriptWorld>>, id: string): Promise<ScriptRun> =>
  until('the end of the run', async () => {
    const run = (await at.it.daemon.request('GET', `/v1/runs/${id}`)).json() as ScriptRun;
    return run.outcome === 'running' ? undefined : run;
  });

verifies(
  ['S6', 'S1'],
  "OpenPact's memory limit was never read and its timeout ended nothing: here each limit ends a run, and says which",
  async () => {
    await using at = await scriptWorld(
      (response, seen, request) => (seen.url === '/silent' ? undefined : OK(response, seen, request)),
      { scripts: { concurrency: 2 } },
    );
    const limits = 'time=3s steps=1M memory=4MB output=2KB calls=2';
    const lines: readonly (readonly [string, string, string])[] = [
      ['memory', 'x = ["a" * 1000 for n in range(100000)]', 'memory_exceeded'],
      ['doubling', 's = "a"\n    for n in range(64): s += s', 'memory_exceeded'],
      ['steps', 'return [n for n in range(100000000)][0]', 'steps_exceeded|memory_exceeded'],
      ['output', 'for n in range(1000): print("a" * 100)', 'output_exceeded'],
      ['calls', `return [http.get("http://${at.host}/").status for n in range(9)]`, 'calls_exceeded'],
      ['sleeping', 'for n in range(100): time.sleep(30)', 'time_exceeded'],
      ['waiting', `http.get("http://${at.host}/silent", timeout=300)`, 'time_exceeded'],
      ['result', 'return [[[1] * 10000]] * 100', 'result_invalid|memory_exceeded|output_exceeded'],
    ];
    for (const [name, line, codes] of lines) {
      const header = line.includes('http') ? { hosts: at.host, limits } : { limits: limits.replace(' calls=2', '') };
      await at.approved(name, script(header, line));
      expect(codes.split('|'), name).toContain(codeOf(await at.desk.run(name)));
    }
    expect(at.server.seen.filter(({ url }) => url === '/')).toHaveLength(2);
    await until('the request of the run that ended', () => (at.server.aborted() > 0 ? true : undefined));
  },
  { timeout: 180_000 },
);

verifies(
  ['S6', 'D1'],
  "OpenPact ran one script at a time and all others waited: here a loop without end holds up neither calls nor people's runs",
  async () => {
    await using at = await scriptWorld(OK, { scripts: { concurrency: 2 } });
    const agent = await at.it.connect('worker');
    await at.approved(
      'loop',
      script(
        { limits: 'time=60s steps=1000M' },
        'for a in range(1000000):',
        '    for b in range(1000000):',
        '        pass',
      ),
    );
    await at.approved('quick', script({}, 'return 1'));
    const hostile = await begun(at, 'loop');
    for (let n = 0; n < 5; n += 1) {
      expect(await agent.check('TodoWrite', { todos: [] })).toMatchObject({ kind: 'run' });
      expect((await at.desk.run('quick')).result).toBe(1);
    }
    expect(((await at.it.daemon.request('GET', `/v1/runs/${hostile.id}`)).json() as ScriptRun).outcome).toBe('running');
    const cancelled = (await at.it.daemon.request('POST', `/v1/runs/${hostile.id}/cancel`)).json() as ScriptRun;
    expect(cancelled.outcome).toBe('cancelled');
    // A run is over once; what is told of it stays.
    const again = (await at.it.daemon.request('POST', `/v1/runs/${hostile.id}/cancel`)).json() as ScriptRun;
    expect(again).toEqual(cancelled);
  },
  { timeout: 150_000 },
);

verifies(['S6', 'X6'], 'an agent that is frozen has no run that goes on, and begins none', async () => {
  await using at = await scriptWorld(() => undefined);
  await at.approved(
    'long',
    script({ hosts: at.host, limits: 'time=300s' }, `http.get("http://${at.host}/", timeout=300)`),
  );
  const run = await begun(at, 'long');
  await until('its request', () => at.server.seen[0]);
  const frozen = await at.it.daemon.request('POST', `/v1/agents/${run.agent}/freeze`);
  expect(frozen.status, frozen.text).toBe(200);
  const over = await ended(at, run.id);
  expect(over).toMatchObject({ outcome: 'cancelled', error: { message: 'its agent was frozen' } });
  await until('the connection to end', () => (at.server.aborted() > 0 ? true : undefined));
  const none = await at.desk.run('long');
  expect(none.error?.message).toContain('frozen');
  expect(at.server.seen).toHaveLength(1);
});

verifies(
  ['S6', 'L1'],
  'a daemon that stops ends what runs and says so; of what ran when it died nobody claims to know',
  async () => {
    await using at = await scriptWorld(() => undefined);
    await at.approved(
      'long',
      script({ hosts: at.host, limits: 'time=300s' }, `http.get("http://${at.host}/", timeout=300)`),
    );
    const first = await begun(at, 'long');
    await until('its request', () => at.server.seen[0]);
    const { home } = at.it.daemon;
    const stopped = await at.it.daemon.stop();
    expect(stopped.code).toBe(0);
    const again = worldOf(await startDaemon({ home }));
    const seen = (await again.daemon.request('GET', `/v1/runs/${first.id}`)).json() as ScriptRun;
    expect(seen).toMatchObject({ outcome: 'cancelled', error: { message: 'the daemon is stopping' } });
    const second = (await deskOf(again).post('/long/run', { args: [], wait: false })).json() as ScriptRun;
    await until('its request', () => at.server.seen[1]);
    await again.daemon.kill();
    await using third = worldOf(await startDaemon({ home }));
    const unknown = (await third.daemon.request('GET', `/v1/runs/${second.id}`)).json() as ScriptRun;
    expect(unknown).toMatchObject({ outcome: 'unknown', error: { message: 'the daemon ended while it ran' } });
    const of = ofKind(await third.records(), 'script').filter(({ run }) => run === second.id);
    expect(of.map(({ change }) => change)).toEqual(['run-started', 'run-ended']);
  },
  { timeout: 180_000 },
);
