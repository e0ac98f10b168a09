// Servers that behave, of both eras: what is asked of them comes back as they said it, and what they ask reaches us.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { honestMcp, hostileMcp } from '@castellan/testkit';
import { describe, expect, test, vi } from 'vitest';
import { said, upstreamWorld } from './support/upstream-world.ts';

const ERAS = ['legacy', 'modern'] as const;

describe.for(ERAS)('a server of the %s era', (era) => {
  test('is started once, judged before it is used, and answers', async () => {
    const world = upstreamWorld();
    await world.accept('notes', honestMcp({ era }));
    expect(world.upstreams.state('notes')).toMatchObject({ state: 'unused' });
    const [one, two] = await Promise.all([world.open('notes'), world.open('notes')]);
    expect(one).toBe(two);
    expect(one).toMatchObject({ era, protocol: era === 'modern' ? '2026-07-28' : '2025-11-25' });
    expect(world.judged.map(([, seen]) => seen.definitions.length)).toEqual([20]);
    expect(said(await world.echo(one, 'hello'))).toBe('hello');
    expect(await one.request('tools/call', { name: 'add', arguments: { a: 2, b: 3 } })).toMatchObject({
      kind: 'result',
      result: { structuredContent: { sum: 5 } },
    });
    expect(await one.request('tools/call', { name: 'fail', arguments: {} })).toMatchObject({
      result: { isError: true },
    });
    expect(await one.request('no/method', {})).toMatchObject({ kind: 'error', code: -32601 });
    expect(world.upstreams.health('notes')).toMatchObject({ running: 1, answered: 4, failed: 0, crashes: 0 });
    expect(world.upstreams.health('notes')?.stderr.join()).toContain('honest server ready');
  });

  test('is another process for another session', async () => {
    const world = upstreamWorld();
    await world.accept('notes', honestMcp({ era }));
    const [mine, other] = [await world.open('notes', 'ses-1'), await world.open('notes', 'ses-2')];
    const pid = async (server: typeof mine): Promise<unknown> =>
      JSON.parse(said(await server.request('tools/call', { name: 'environment', arguments: {} })) ?? '{}').pid;
    expect(await pid(mine)).not.toBe(await pid(other));
    await world.upstreams.closeSession('ses-1');
    expect(await world.echo(mine, 'still?')).toMatchObject({ kind: 'failed' });
    expect(said(await world.echo(other, 'still'))).toBe('still');
  });

  test('reports progress in order, and each report gives it more time', async () => {
    const world = upstreamWorld();
    await world.accept('notes', honestMcp({ era }));
    const server = await world.open('notes');
    const steps: unknown[] = [];
    const answer = await server.request(
      'tools/call',
      { name: 'count', arguments: { to: 8, ms: 1 } },
      { onProgress: ({ progress }) => steps.push(progress) },
    );
    expect(said(answer)).toBe('counted to 8');
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('is told when nobody wants an answer any more', async () => {
    const world = upstreamWorld();
    await world.accept('notes', honestMcp({ era }));
    const server = await world.open('notes');
    const stop = new AbortController();
    const slow = server.request('tools/call', { name: 'slow', arguments: { ms: 60_000 } }, { signal: stop.signal });
    // It reads in order: the slow one is with it by now.
    await world.echo(server, 'there?');
    stop.abort();
    expect(await slow).toEqual({ kind: 'cancelled' });
    await vi.waitFor(async () => {
      const count = await server.request('tools/call', { name: 'last-cancelled', arguments: {} });
      expect(said(count)).toBe('1');
    });
  });

  test('asks for what it needs in the way of its era', async () => {
    const world = upstreamWorld();
    await world.accept('notes', honestMcp({ era }));
    const server = await world.open('notes');
    const asked: string[] = [];
    const answers: Record<string, JsonObject> = {
      'elicitation/create': { action: 'accept', content: { answer: 'forty-two' } },
      'roots/list': { roots: [{ uri: 'file:///work' }] },
    };
    server.attach({
      onRequest: async (method) => {
        asked.push(method);
        return answers[method] ?? {};
      },
      onNotification: () => undefined,
    });
    const params = { name: 'ask', arguments: { question: 'how much?' } };
    let answer = await server.request('tools/call', params);
    if (era === 'modern') {
      expect(answer).toMatchObject({ kind: 'input-required', requestState: 'asked' });
      if (answer.kind !== 'input-required') throw new Error('it did not ask');
      const inputResponses = { it: answers['elicitation/create'] ?? {} };
      answer = await server.request('tools/call', { ...params, inputResponses, requestState: 'asked' });
    } else expect(asked).toEqual(['elicitation/create']);
    expect(said(answer)).toContain('forty-two');
  });

  test('says when a resource changes, and offers what it says then', async () => {
    const world = upstreamWorld();
    const variant = join(world.workspace, 'variant.json');
    writeFileSync(variant, '{}');
    await world.accept('notes', honestMcp({ era, variant }));
    const server = await world.open('notes');
    const told: unknown[] = [];
    server.attach({ onRequest: async () => ({}), onNotification: (method, params) => told.push([method, params.uri]) });
    expect(await server.watch('note://one')).toMatchObject({ kind: 'result' });
    await server.request('tools/call', { name: 'touch', arguments: { uri: 'note://one' } });
    await vi.waitFor(() => expect(told).toContainEqual(['notifications/resources/updated', 'note://one']));
    expect(await server.unwatch('note://one')).toMatchObject({ kind: 'result' });
    // A changed list is read again and judged; nobody else is told of it.
    writeFileSync(variant, JSON.stringify({ change: { echo: { description: 'Says it to somebody else' } } }));
    await server.request('tools/call', { name: 'reload', arguments: {} });
    await vi.waitFor(() => {
      const echo = world.judged.at(-1)?.[1].definitions.find(({ name }) => name === 'echo');
      expect(echo?.definition.description).toBe('Says it to somebody else');
    });
    expect(told.flat()).not.toContain('notifications/tools/list_changed');
  });
});

test('a list of many pages is one list', async () => {
  const world = upstreamWorld();
  await world.accept('notes', honestMcp({ pageSize: 3 }));
  await world.open('notes');
  expect(world.judged.at(-1)?.[1].definitions).toHaveLength(20);
});

test('a process gets the allowlist, what its manifest passes and names, its folder, and nothing else', async () => {
  const world = upstreamWorld({
    env: { PASSED: 'yes', OTHER: 'no', AWS_SECRET_ACCESS_KEY: 'no', NODE_OPTIONS: '--no-warnings' },
    secrets: { TOKEN: 'very-secret' },
  });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a manifest names a secret
  const start = honestMcp({}, { env: { KEY: '${secret:TOKEN}', MODE: 'x' }, pass: ['PASSED', 'MISSING'] });
  await world.accept('notes', start);
  const server = await world.open('notes');
  const told = said(await server.request('tools/call', { name: 'environment', arguments: {} })) ?? '{}';
  const { env, cwd } = JSON.parse(told) as { env: Record<string, string>; cwd: string };
  expect(Object.keys(env).sort()).toEqual([
    'CASTELLAN_SERVER',
    'HOME',
    'KEY',
    'MODE',
    'PASSED',
    'PATH',
    'PYTHONSAFEPATH',
  ]);
  expect(env.KEY).toBe('very-secret');
  expect(cwd).toBe(world.servers);
  await server.request('tools/call', { name: 'log', arguments: { text: 'my key is very-secret' } });
  await vi.waitFor(() => expect(world.upstreams.health('notes')?.stderr).toContain('my key is «hidden»'));
});

test('no shell reads a command', async () => {
  const world = upstreamWorld();
  const trap = join(world.workspace, 'trap');
  await world.accept('notes', honestMcp({}, { command: `${process.execPath}; touch ${trap}` }));
  await expect(world.open('notes')).rejects.toThrow('there is no program');
  expect(existsSync(trap)).toBe(false);
});

test('another program than was accepted is not started', async () => {
  const world = upstreamWorld({
    judge: (_module, { identity }) =>
      identity.kind === 'process' && identity.digest.endsWith('00')
        ? { kind: 'serve' }
        : { kind: 'hold', why: 'it is another server than was accepted' },
  });
  const other = { kind: 'process', command: process.execPath, digest: `sha256:${'0'.repeat(64)}` } as const;
  const trace = join(world.workspace, 'trace');
  const script = join(world.workspace, 'server.mjs');
  writeFileSync(script, `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, 'ran');`);
  world.modules.set('notes', await servedOf(world, hostileMcp('none', '', { args: [script] }), other));
  await expect(world.open('notes')).rejects.toThrow('held: it is another server than was accepted');
  await expect(world.open('notes')).rejects.toThrow('held:');
  expect(existsSync(trace)).toBe(false);
  expect(world.judged).toHaveLength(1);
  expect(world.upstreams.state('notes').state).toBe('held');
  // Once a person accepted it, it is tried again.
  await world.upstreams.restart('notes');
  expect(world.upstreams.state('notes').state).toBe('unused');
});

async function servedOf(
  world: ReturnType<typeof upstreamWorld>,
  start: ReturnType<typeof hostileMcp>,
  identity: object,
) {
  await world.accept('probe', hostileMcp('none'), identity as never);
  const served = world.modules.get('probe');
  if (served === undefined) throw new Error('nothing was accepted');
  return { ...served, name: 'notes', start };
}

test('a module that is removed or started otherwise takes its server with it', async () => {
  const world = upstreamWorld();
  await world.accept('notes', honestMcp());
  const server = await world.open('notes');
  world.changed('notes');
  expect(said(await world.echo(server, 'same'))).toBe('same');
  world.modules.delete('notes');
  world.changed('notes');
  expect(await world.echo(server, 'gone')).toMatchObject({ kind: 'failed' });
  await expect(world.open('notes')).rejects.toThrow('unaccepted');
});

test('an idle server is stopped, and started again when it is needed', async () => {
  const world = upstreamWorld({ faster: 100 });
  // By this clock a start takes minutes: the script is small.
  await world.accept('notes', hostileMcp('none'));
  const server = await world.open('notes');
  await vi.waitFor(() => expect(world.upstreams.state('notes').state).toBe('stopped'), { timeout: 15_000 });
  expect(world.notes.at(-1)).toMatchObject({ change: 'stopped' });
  expect(await world.echo(server, 'late')).toMatchObject({ kind: 'failed' });
  expect(said(await world.echo(await world.open('notes'), 'again'))).toBe('again');
}, 30_000);

test('requests wait their turn, and too many are refused', async () => {
  const world = upstreamWorld();
  await world.accept('notes', honestMcp({ era: 'legacy' }, { concurrency: 1 }));
  const server = await world.open('notes');
  const stop = new AbortController();
  const slow = server.request('tools/call', { name: 'slow', arguments: { ms: 60_000 } }, { signal: stop.signal });
  const waiting = Array.from({ length: 256 }, (_, at) => world.echo(server, String(at)));
  expect(await world.echo(server, 'one too many')).toMatchObject({
    kind: 'failed',
    why: expect.stringContaining('waiting'),
  });
  stop.abort();
  expect(await slow).toEqual({ kind: 'cancelled' });
  expect((await Promise.all(waiting)).map(said)).toEqual(Array.from({ length: 256 }, (_, at) => String(at)));
});
