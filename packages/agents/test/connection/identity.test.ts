// For each client that can be connected, in each scope, whatever stands in its files: connect then disconnect is nothing, twice
// is once, and what is refused changes nothing.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { ConnectScope } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connector } from '../../src/connector.ts';
import {
  CONNECTORS,
  connectAgent,
  disconnectAgent,
  listConnections,
  planConnection,
  readConnection,
} from '../../src/index.ts';
import type { Machine } from '../../src/machine.ts';
import { type Daemon, everything, fakeDaemon, freshMachine, installed, optionsOf } from './support.ts';

/** What may stand in a file before. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  '.json': [
    '{}',
    '{\n  "model": "opus"\n}\n',
    '{\n\t"permissions": {"allow": ["Read"], "disableBypassPermissionsMode": "disable"},\n\n\t"hooks": {}}',
    '{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"true"}]}]}}',
    '// comment\n{\n  "mcpServers": {\n    "a": { "command": "x", "args": [] },\n  }\n}\n',
    '{"mcpServers":{"a":{"command":"x"}},"mcp":{"b":{"type":"local","command":["y"]}}}',
    '\uFEFF{"a": 1}',
  ],
  '.toml': [
    'model = "gpt-5"\n',
    '# mine\n[mcp_servers.a]\ncommand = "x"\n\n[features]\nhooks = false\n',
    '[features]\n[[hooks.PreToolUse]]\nmatcher = "Bash"\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "true"\n',
    'approval_policy = "never"\r\n[projects."/x"]\r\ntrust_level = "trusted"\r\n',
  ],
  '.yaml': ['extensions:\n  a:\n    type: stdio\n    cmd: x\n    enabled: true\n', '# mine\nGOOSE_MODE: auto\n'],
};
const content = (path: string): fc.Arbitrary<string | null> =>
  fc.oneof(
    { arbitrary: fc.constant(null), weight: 1 },
    { arbitrary: fc.constantFrom('', '\n', '{ not', 'not at all ] ='), weight: 1 },
    { arbitrary: fc.constantFrom(...(SAMPLES[extname(path)] ?? SAMPLES['.json'] ?? [''])), weight: 4 },
    {
      arbitrary: fc
        .tuple(fc.object({ maxDepth: 2, maxKeys: 3 }), fc.constantFrom(0, 2, 4))
        .map(([value, indent]) => JSON.stringify(value, null, indent)),
      weight: 2,
    },
  );

interface Start {
  readonly texts: readonly (string | null)[];
  readonly mode: number;
  readonly isLink: boolean;
}

const startFor = (paths: readonly string[]): fc.Arbitrary<Start> =>
  fc.record({
    texts: fc.tuple(...paths.map(content)),
    mode: fc.constantFrom(0o600, 0o644, 0o640),
    isLink: fc.boolean(),
  });

function prepare({ userHome }: Machine, paths: readonly string[], { texts, mode, isLink }: Start): void {
  for (const [index, path] of paths.entries()) {
    const text = texts[index];
    if (text == null) continue;
    mkdirSync(dirname(path), { recursive: true });
    const real = isLink && path.startsWith(userHome) ? join(userHome, `dot-${index}-${basename(path)}`) : path;
    writeFileSync(real, text);
    chmodSync(real, mode);
    if (real !== path) symlinkSync(real, path);
  }
}

/** Where its files are on that machine, by its own word. */
async function pathsOf(connector: Connector, scope: ConnectScope, machine: Machine): Promise<readonly string[]> {
  const plan = await planConnection(connector, { ...optionsOf(machine, fakeDaemon()), scope });
  if (!plan.ok) throw new Error(plan.fault.message);
  return plan.value.files.map(({ path }) => path).filter((path) => !path.startsWith(machine.home));
}

const rows = CONNECTORS.flatMap((connector) =>
  connector.scopes.flatMap((scope) => connector.modes(scope).map((mode) => ({ connector, scope, mode }))),
);
const state = async ({ home }: Machine) => JSON.stringify(await listConnections(home));
const disconnectAll = async ({ home }: Machine, { client }: Daemon): Promise<void> => {
  for (const { agent } of await listConnections(home)) {
    const gone = await disconnectAgent({ home, agent, client, now: 2000 });
    expect(gone).toMatchObject({ ok: true, value: { revoked: true } });
  }
};

test('every client that is known has a row', () => expect(rows.length).toBeGreaterThan(8));

describe.for(rows)('$connector.name $scope $mode', ({ connector, scope, mode }) => {
  const it = installed(connector);

  test('whatever stands there: in and out again is nothing, twice is once', { timeout: 120_000 }, async () => {
    const places = await pathsOf(it, scope, freshMachine());
    let connectedSome = 0;
    await fc.assert(
      fc.asyncProperty(startFor(places), async (start) => {
        const machine = freshMachine();
        const daemon = fakeDaemon();
        const paths = await pathsOf(it, scope, machine);
        prepare(machine, paths, start);
        const before = everything(machine);
        const options = { ...optionsOf(machine, daemon), scope, mode };
        const done = await connectAgent(it, options);
        if (!done.ok) {
          expect(everything(machine)).toEqual(before);
          expect(daemon.alive()).toEqual([]);
          expect(await listConnections(machine.home)).toEqual([]);
          return;
        }
        connectedSome += 1;
        const once = { files: everything(machine), record: await state(machine), changes: daemon.changes };
        expect(await it.inspect((await readConnection(machine.home, done.value.agent)) as never, machine)).toEqual([
          { kind: 'intact' },
        ]);
        const again = await connectAgent(it, { ...options, now: 1500 });
        expect(again).toMatchObject({ ok: true, value: { changed: false, agent: done.value.agent } });
        expect({ files: everything(machine), record: await state(machine), changes: daemon.changes }).toEqual(once);
        await disconnectAll(machine, daemon);
        expect(everything(machine)).toEqual(before);
        expect(daemon.alive()).toEqual([]);
      }),
      { numRuns: 30 },
    );
    expect(connectedSome).toBeGreaterThan(0);
  });

  test('the credential lies in no file that others can read, and a plan shows none', async () => {
    const machine = freshMachine();
    const daemon = fakeDaemon();
    const options = { ...optionsOf(machine, daemon), scope, mode };
    expect(await connectAgent(it, options)).toMatchObject({ ok: true });
    for (const [path, what] of Object.entries(everything({ ...machine, etc: machine.home }))) {
      const [kind, bits = '', bytes = ''] = what.split(' ');
      if (kind !== 'file' || !Buffer.from(bytes, 'base64').toString().includes('castellan_a_')) continue;
      expect([path, bits]).toEqual([path, '600']);
    }
    const plan = await planConnection(it, options);
    expect(JSON.stringify(plan)).not.toMatch(/castellan_a_[0-9a-z]+_[0-9a-f]{64}/);
    expect(plan).toMatchObject({ ok: true, value: { changes: false } });
  });
});

test('a file that is gone stays gone, and one that somebody else wrote anew is left alone', async () => {
  const connector = installed(CONNECTORS[0] as Connector);
  const machine = freshMachine();
  const daemon = fakeDaemon();
  const done = await connectAgent(connector, optionsOf(machine, daemon));
  if (!done.ok) throw new Error(done.fault.message);
  const path = done.value.files[0]?.path ?? '';
  writeFileSync(path, '{"mine":true}');
  const gone = await disconnectAgent({ home: machine.home, agent: done.value.agent, client: daemon.client, now: 2000 });
  expect(gone).toMatchObject({ ok: true, value: { files: [{ end: 'untouched' }] } });
  expect(readFileSync(path, 'utf8')).toBe('{"mine":true}');
});
