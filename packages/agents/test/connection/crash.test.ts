// Connecting and disconnecting, ended at every place where it writes: the process dies before or after a write, or a write
// fails once. What is left half done, the next connect or disconnect ends; a failure is undone at once.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Connector, EditedFile } from '../../src/connector.ts';
import { type Done, done } from '../../src/fault.ts';
import { connectAgent, connectorOf, disconnectAgent, listConnections } from '../../src/index.ts';
import { type Daemon, everything, fakeDaemon, freshMachine, installed, optionsOf } from './support.ts';

/** Counts what is written; from `at` on nothing is any more, or only that one fails. */
const power = vi.hoisted(() => {
  const now = { at: Number.POSITIVE_INFINITY, count: 0, dies: true, dead: false };
  const tick = (): void => {
    if (now.dead) throw new Error('dead');
    now.count += 1;
    if (now.count !== now.at) return;
    now.dead = now.dies;
    throw new Error('cut');
  };
  return { now, tick };
});

vi.mock(import('../../src/files.ts'), async (original) => {
  const files = await original();
  const cut =
    <Args extends readonly unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      power.tick();
      const result = await write(...args);
      power.tick();
      return result;
    };
  return {
    ...files,
    replaceFile: cut(files.replaceFile),
    removeFile: cut(files.removeFile),
    setMode: cut(files.setMode),
    removeDrafts: cut(files.removeDrafts),
    removeEmptyFolders: cut(files.removeEmptyFolders),
  };
});

/** Three files, one of them new, one that only `settle` writes. */
const MARK = 'ours: ';
function threeFiles(): Connector {
  const { strip: _, settle: __, ...like } = installed(connectorOf('claude-code'));
  const edited = (path: string, before: string | null, after: string): EditedFile => {
    return { path, before, after, mode: 0o640, kept: {} };
  };
  const read = async (path: string): Promise<string | null> => {
    const { readIfThere } = await import('../../src/files.ts');
    return readIfThere(path);
  };
  const own = (text: string): string => text.replaceAll(/^ours: .*\n/gm, '');
  return {
    ...like,
    scopes: ['user'],
    defaultScope: async () => 'user',
    agentIn: async () => null,
    async edits({ machine, agent, credential }) {
      const [a, b, c] = ['a', 'new/folder/b', 'c'].map((name) => join(machine.userHome, name)) as [
        string,
        string,
        string,
      ];
      const put = async (path: string, line: string) => {
        const before = await read(path);
        return edited(path, before, `${MARK}${line}\n${own(before ?? '')}`);
      };
      const settled = (await read(c)) ?? '';
      return done({
        files: [await put(a, agent), await put(b, credential), edited(c, settled, settled)],
        warnings: [],
      });
    },
    async settle({ machine, agent }) {
      const { replaceFile } = await import('../../src/files.ts');
      const path = join(machine.userHome, 'c');
      await replaceFile(path, `${MARK}trusts ${agent}\n${own((await read(path)) ?? '')}`, 0o644);
      return done({ warnings: [] });
    },
    strip: (_, text): Done<string | null> => done(own(text) === text ? null : own(text)),
    inspect: async () => [{ kind: 'intact' }],
  };
}

function start() {
  const machine = freshMachine();
  writeFileSync(join(machine.userHome, 'a'), 'mine\n', { mode: 0o644 });
  writeFileSync(join(machine.userHome, 'c'), 'mine too\n', { mode: 0o644 });
  mkdirSync(join(machine.userHome, 'new'));
  const daemon = fakeDaemon(() => {
    try {
      power.tick();
    } catch (error) {
      if (power.now.dead) throw error;
      return false;
    }
    return true;
  });
  return { machine, daemon, before: everything(machine) };
}

const cutAt = async (at: number, dies: boolean, work: () => Promise<unknown>): Promise<boolean> => {
  Object.assign(power.now, { at, dies, count: 0, dead: false });
  const ended = await work().catch(() => null);
  const wasCut = power.now.count >= at;
  Object.assign(power.now, { at: Number.POSITIVE_INFINITY, dead: false });
  return wasCut || ended === null;
};

async function disconnectAll(home: string, { client }: Daemon, connector: Connector): Promise<void> {
  for (const { agent } of await listConnections(home)) {
    const gone = await disconnectAgent({ home, agent, client, now: 3000, connector });
    expect(gone).toMatchObject({ ok: true, value: { revoked: true } });
  }
}

const CONNECTORS = [
  ['three files', threeFiles()],
  ['claude-code', installed(connectorOf('claude-code'))],
] as const;

describe.for(CONNECTORS)('%s', ([, connector]) => {
  const connect = ({ machine, daemon }: ReturnType<typeof start>, now = 1000) =>
    connectAgent(connector, optionsOf(machine, daemon, { now, scope: 'user' }));

  test('dead while connecting: connecting again ends it, and out again is nothing', async () => {
    let places = 0;
    for (let at = 1; ; at += 1) {
      const it = start();
      if (!(await cutAt(at, true, () => connect(it)))) break;
      places += 1;
      expect(await connect(it, 2000)).toMatchObject({ ok: true });
      expect(it.daemon.alive()).toHaveLength(1);
      expect((await listConnections(it.machine.home)).map(({ complete }) => complete)).toEqual([true]);
      await disconnectAll(it.machine.home, it.daemon, connector);
      expect([at, everything(it.machine)]).toEqual([at, it.before]);
      expect(it.daemon.alive()).toEqual([]);
    }
    expect(places).toBeGreaterThan(10);
  });

  test('dead while connecting: disconnecting ends it too', async () => {
    for (let at = 1; ; at += 1) {
      const it = start();
      if (!(await cutAt(at, true, () => connect(it)))) break;
      await disconnectAll(it.machine.home, it.daemon, connector);
      expect([at, everything(it.machine)]).toEqual([at, it.before]);
    }
  });

  test('a write that fails once: nothing is changed, and nobody is connected', async () => {
    for (let at = 1; ; at += 1) {
      const it = start();
      let result: Awaited<ReturnType<typeof connect>> | undefined;
      if (
        !(await cutAt(at, false, async () => {
          result = await connect(it);
        }))
      )
        break;
      if (result?.ok === true) {
        await disconnectAll(it.machine.home, it.daemon, connector);
      } else {
        expect([at, it.daemon.alive()]).toEqual([at, []]);
        expect([at, await listConnections(it.machine.home)]).toEqual([at, []]);
      }
      expect([at, everything(it.machine)]).toEqual([at, it.before]);
    }
  });

  test('dead while disconnecting: disconnecting again ends it', async () => {
    let places = 0;
    for (let at = 1; ; at += 1) {
      const it = start();
      const done = await connect(it);
      if (!done.ok) throw new Error(done.fault.message);
      const { home } = it.machine;
      const { agent } = done.value;
      const out = () => disconnectAgent({ home, agent, client: it.daemon.client, now: 2000, connector });
      if (!(await cutAt(at, true, out))) break;
      places += 1;
      await disconnectAll(home, it.daemon, connector);
      expect([at, everything(it.machine)]).toEqual([at, it.before]);
      expect(it.daemon.alive()).toEqual([]);
      expect(await listConnections(home)).toEqual([]);
    }
    expect(places).toBeGreaterThan(5);
  });
});

test('a draft that a dead write left beside a file is gone afterwards', async () => {
  const it = start();
  const connector = threeFiles();
  const done = await connectAgent(connector, optionsOf(it.machine, it.daemon));
  if (!done.ok) throw new Error(done.fault.message);
  writeFileSync(join(it.machine.userHome, '.a.castellan-999999'), 'half of a credential');
  await disconnectAll(it.machine.home, it.daemon, connector);
  expect(everything(it.machine)).toEqual(it.before);
});

test('two at once: one waits its turn by being refused, and an old lock of a dead process is nobody’s', async () => {
  const it = start();
  const connector = threeFiles();
  const options = optionsOf(it.machine, it.daemon);
  const both = await Promise.all([connectAgent(connector, options), connectAgent(connector, options)]);
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  expect(it.daemon.alive()).toHaveLength(1);
  writeFileSync(join(it.machine.home, 'agents', 'connecting.json'), JSON.stringify({ pid: 1, at: 999, making: null }));
  expect(await connectAgent(connector, options)).toMatchObject({ ok: false });
  const late = await connectAgent(connector, { ...options, now: 10_000_000 });
  expect(late).toMatchObject({ ok: true, value: { changed: false } });
});
