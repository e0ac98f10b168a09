// The hostile server: what it can do to whoever uses it, and to everybody else. Each attack is a real process; beside it runs
// an honest server of the same session, which must not notice.
import { execFileSync } from 'node:child_process';
import { hostileMcp } from '@castellan/testkit';
import { describe, expect, test, vi } from 'vitest';
import { said, upstreamWorld, type World } from './support/upstream-world.ts';

const START = { timeoutSeconds: 20 };

async function beside(faster = 1): Promise<World> {
  const world = upstreamWorld({ faster });
  await world.accept('honest', hostileMcp('none', '', START));
  return world;
}

/** The honest one answers, whatever the other does. */
async function unharmed(world: World): Promise<void> {
  const honest = await world.open('honest');
  for (const text of ['one', 'two', 'three']) expect(said(await world.echo(honest, text))).toBe(text);
}

const crashed = (world: World): readonly string[] =>
  world.notes.filter(({ change }) => change === 'crashed').map(({ text }) => text);

const alive = (mark: string): readonly number[] => {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.flatMap((line) =>
    line.includes(mark) && !line.includes('mcp-hostile') ? [Number(line.trim().split(' ')[0])] : [],
  );
};

describe('it does not start', () => {
  test.for([
    ['crash-at-start', 'it ended with code 9'],
    ['crash-at-initialize', 'it ended with code 9'],
    ['crash-at-list', 'it ended with code 9'],
    ['crash-mid-list', 'it ended with code 9'],
    ['endless-pages', '`tools/list` has more than 100 pages'],
    ['same-cursor', '`tools/list` has no end'],
    ['many-tools', '`tools/list` gives more than 5000 entries'],
    ['not-tools', '`tools/list` gave no list'],
    ['bad-version', '1999-01-01'],
    ['garbage', 'no JSON-RPC'],
  ] as const)('%s: refused with the reason, left alone for a while, never judged', async ([mode, why]) => {
    const world = await beside();
    await world.accept('sick', hostileMcp(mode, '', START));
    const first = await world.upstreams.open(world.session(), 'sick');
    expect(first).toMatchObject({ kind: 'unavailable', state: 'backing-off', why: expect.stringContaining(why) });
    const again = await world.upstreams.open(world.session(), 'sick');
    expect(again).toMatchObject({
      kind: 'unavailable',
      state: 'backing-off',
      why: expect.stringMatching(/started again in \d+ s/),
    });
    expect(world.upstreams.state('sick')).toMatchObject({ state: 'backing-off', retryAt: expect.any(Number) });
    expect(world.judged.filter(([, { definitions }]) => definitions.length > 0)).toEqual([]);
    await unharmed(world);
  });

  test('a server that ends at a question of the newer era is started again without it', async () => {
    const world = await beside();
    await world.accept('old', hostileMcp('crash-at-probe', '', START));
    expect(said(await world.echo(await world.open('old'), 'fine'))).toBe('fine');
    expect(crashed(world)).toEqual([]);
  });

  test('a banner before the first message is passed over', async () => {
    const world = await beside();
    await world.accept('chatty', hostileMcp('garbage-line', '', START));
    expect(said(await world.echo(await world.open('chatty'), 'fine'))).toBe('fine');
  });

  test('a person who looks is told why, and nothing of it is left', async () => {
    const world = upstreamWorld();
    const start = hostileMcp('crash-at-list', '', START);
    const looked = await world.upstreams.look(
      { module: 'sick', start, folder: world.servers, walls: null },
      new AbortController().signal,
    );
    expect(looked).toMatchObject({ kind: 'fault', why: 'it ended with code 9' });
  });
});

describe('it ends', () => {
  test.for([
    ['crash-at-call', 'it ended with code 9'],
    ['crash-mid-answer', 'it ended with code 9'],
    ['gigabyte', 'longer than 4194304 bytes'],
    ['five-megabytes', 'longer than 4194304 bytes'],
    ['garbage-at-call', 'no JSON-RPC'],
  ] as const)('%s: the call fails with the reason, and it is started again later', async ([mode, why]) => {
    const world = await beside(10);
    await world.accept('sick', hostileMcp(mode, '', { timeoutSeconds: 600 }));
    const before = process.memoryUsage().rss;
    const server = await world.open('sick');
    expect(await world.echo(server, 'x')).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
    expect(crashed(world)).toEqual([expect.stringContaining(why)]);
    expect(world.upstreams.health('sick')).toMatchObject({ running: 0, crashes: 1, failed: 1 });
    // A gigabyte would show.
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    await unharmed(world);
    await vi.waitFor(async () => expect((await world.upstreams.open(world.session(), 'sick')).kind).toBe('upstream'), {
      timeout: 15_000,
      interval: 100,
    });
  });
});

describe('it breaks the protocol', () => {
  test.for([
    ['deep', 'nests deeper'],
    ['prototype', '`__proto__`'],
    ['no-object', 'not an object'],
    ['both', 'a result and an error'],
  ] as const)('%s: that call fails with the reason', async ([mode, why]) => {
    const world = await beside();
    await world.accept('sick', hostileMcp(mode, '', START));
    const server = await world.open('sick');
    expect(await world.echo(server, 'x')).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
    expect(said(await server.request('tools/call', { name: 'count', arguments: {} }))).toBe('1');
    await unharmed(world);
  });

  test.for(['silent-at-call', 'wrong-id', 'null-id', 'string-id', 'flood-at-call', 'flood-pings'])(
    '%s: an answer to something else is no answer',
    async (mode) => {
      const world = await beside();
      await world.accept('sick', hostileMcp(mode, '', { timeoutSeconds: 1 }));
      const server = await world.open('sick');
      const [answer] = await Promise.all([world.echo(server, 'x'), unharmed(world)]);
      expect(answer).toMatchObject({ kind: 'failed', why: 'it did not answer `tools/call` within 1 s' });
    },
  );

  test('three requests without an answer: it hangs, and is ended', async () => {
    const world = await beside();
    await world.accept('sick', hostileMcp('silent-at-call', '', { timeoutSeconds: 1 }));
    const server = await world.open('sick');
    await Promise.all([1, 2, 3].map(() => world.echo(server, 'x')));
    await vi.waitFor(() => expect(crashed(world)).toEqual([expect.stringContaining('without an answer')]));
  });

  test('answers made up in advance answer nothing', async () => {
    const world = await beside();
    await world.accept('sick', hostileMcp('answers-ahead', '', START));
    const server = await world.open('sick');
    for (const text of ['a', 'b', 'c']) expect(said(await world.echo(server, text))).toBe(text);
  });

  test('a second answer to the same request is dropped', async () => {
    const world = await beside();
    await world.accept('sick', hostileMcp('duplicate-answer', '', START));
    const server = await world.open('sick');
    for (const text of ['a', 'b']) expect(said(await world.echo(server, text))).toBe(text);
  });

  test('what it asks that nobody knows is refused, and the same id is not answered twice as two', async () => {
    const world = await beside();
    await world.accept('asks', hostileMcp('unknown-method', '', START));
    const server = await world.open('asks');
    server.attach({ onRequest: async () => ({ mine: true }), onNotification: () => undefined });
    expect(said(await world.echo(server, 'x'))).toContain('-32601');
    await world.accept('twice', hostileMcp('duplicate-requests', '', START));
    expect(said(await world.echo(await world.open('twice'), 'x'))).toContain('"result":{}');
  });

  test('a batch of the older protocol is read', async () => {
    const world = await beside();
    await world.accept('old', hostileMcp('batch', '', START));
    expect(said(await world.echo(await world.open('old'), 'x'))).toBe('x');
  });
});

describe('it floods', () => {
  test.for(['flood', 'flood-progress'])(
    '%s: it is read slowly, and ended; nobody else waits',
    { timeout: 40_000 },
    async (mode) => {
      const world = await beside(4);
      await world.accept('sick', hostileMcp(mode, '', { timeoutSeconds: 600 }));
      const server = await world.open('sick');
      const call = mode === 'flood' ? Promise.resolve() : world.echo(server, 'x');
      let heard = 0;
      server.attach({ onRequest: async () => ({}), onNotification: () => (heard += 1) });
      await unharmed(world);
      await vi.waitFor(() => expect(crashed(world)).toEqual([expect.stringContaining('more than anybody asked for')]), {
        timeout: 20_000,
      });
      // Two seconds by this clock are ten: a burst, and what is let through of ten seconds.
      expect(heard).toBeLessThan(40_000);
      await call;
      await unharmed(world);
    },
  );

  test('what it writes to standard error is kept in a hundred lines, without secrets', async () => {
    const world = upstreamWorld({ secrets: { TOKEN: 'very-secret' } });
    await world.accept('sick', hostileMcp('stderr', 'the token is very-secret', START));
    expect(said(await world.echo(await world.open('sick'), 'x'))).toBe('x');
    await vi.waitFor(() => expect(world.upstreams.health('sick')?.stderr.length).toBeGreaterThan(50));
    const lines = world.upstreams.health('sick')?.stderr ?? [];
    expect(lines.length).toBeLessThanOrEqual(101);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(1000);
    expect(lines.join('\n')).not.toContain('very-secret');
  });

  test('all the files it can open are its own', async () => {
    const world = await beside();
    await world.accept('sick', hostileMcp('descriptors', '', START));
    expect(said(await world.echo(await world.open('sick'), 'x'))).toMatch(/^\d+ open$/);
    await unharmed(world);
  });
});

test('it changes a tool between the list and the call: the next request waits until that is judged', async () => {
  const seen: string[] = [];
  const world = upstreamWorld({
    judge: (module, { definitions }) => {
      const description = String(definitions.find(({ name }) => name === 'echo')?.definition.description);
      if (seen.at(-1) !== description) seen.push(description);
      const served = world.modules.get(module);
      // As the registry does: what differs is held back.
      if (served !== undefined && description.includes('somebody else'))
        world.modules.set(module, { ...served, offered: served.offered.filter(({ name }) => name !== 'echo') });
      return { kind: 'serve' };
    },
  });
  await world.accept('sick', hostileMcp('change-tools', '', START));
  const server = await world.open('sick');
  const [, next] = await Promise.all([
    world.echo(server, 'first'),
    vi.waitFor(async () => {
      const answer = await world.echo(server, 'second');
      expect(answer.kind).toBe('failed');
      return answer;
    }),
  ]);
  expect(next).toMatchObject({ why: expect.stringContaining('held back until a person accepts it') });
  expect(seen).toEqual(['Says the text again', 'Says the text to somebody else']);
});

test('it is held while it runs: nothing more of it is used', async () => {
  const world = upstreamWorld({
    judge: (_module, { definitions }) =>
      JSON.stringify(definitions).includes('somebody else')
        ? { kind: 'hold', why: 'it is not what was accepted' }
        : { kind: 'serve' },
  });
  await world.accept('sick', hostileMcp('change-tools', '', START));
  const server = await world.open('sick');
  void world.echo(server, 'first');
  await vi.waitFor(() => expect(world.upstreams.state('sick').state).toBe('held'));
  expect(await world.upstreams.open(world.session(), 'sick')).toMatchObject({
    state: 'held',
    why: 'it is not what was accepted',
  });
});

describe('its processes', () => {
  test.for(['children', 'escape'])('%s: none is left, though they ignore every signal that can be', async (mode) => {
    const mark = `castellan-mark-${process.pid}-${mode}`;
    const world = upstreamWorld({ faster: 4 });
    await world.accept('sick', hostileMcp(mode, mark, { timeoutSeconds: 600 }));
    expect(said(await world.echo(await world.open('sick'), 'x'))).toBe('x');
    await vi.waitFor(() => expect(alive(mark)).toHaveLength(1), { timeout: 10_000 });
    await world.upstreams.closeSession('ses-1');
    await vi.waitFor(() => expect(alive(mark)).toEqual([]), { timeout: 10_000 });
  });
});
