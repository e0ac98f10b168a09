// Manifest lints (P10): a class is held against the tool's name, its declared effects, and what its server says of it.
import { manifestSchema } from '@castellan/contract';
import { expect, test } from 'vitest';
import { lintManifest, type ObservedTool } from '../src/index.ts';
import { shippedSource } from './fixtures.ts';

type Tools = {
  readonly safe?: readonly object[];
  readonly critical?: readonly object[];
  readonly byEffects?: readonly object[];
};

function lint(tools: Tools, observed: readonly ObservedTool[] = []): readonly string[] {
  const manifest = manifestSchema.parse({
    schema: 'castellan/module/v1',
    name: 'things',
    version: '1',
    title: 'Things',
    start: { kind: 'mcp', command: 'things' },
    tools,
  });
  return lintManifest(manifest, observed).map(({ lint: name, severity }) => `${severity} ${name}`);
}
const safe = (name: string, effects: readonly object[] = []) => ({ safe: [{ name, label: 'L', effects }] });
const seen = (name: string, change: Omit<ObservedTool, 'name'>): readonly ObservedTool[] => [{ name, ...change }];

test('shipped manifests have no finding', () => {
  const { manifests } = shippedSource();
  expect(manifests.length).toBeGreaterThan(5);
  for (const { manifest } of manifests) expect([manifest.name, lintManifest(manifest)]).toEqual([manifest.name, []]);
});

test('a safe tool whose name says that it changes something', () => {
  for (const name of ['delete_file', 'sendMessage', 'write-note', 'create', 'DropTable', 'files.update', 'exec_sql'])
    expect([name, lint(safe(name))]).toEqual([name, ['warning safe-but-named']]);
  for (const name of ['list_files', 'get', 'search_updates', 'undeleted', 'sender', 'settings'])
    expect([name, lint(safe(name))]).toEqual([name, []]);
});

test('a safe tool that declares harm', () => {
  for (const kind of ['write', 'send', 'delete', 'execute', 'spend', 'escalate'])
    expect(lint(safe('look', [{ kind, target: 'x' }]))).toEqual(['error safe-but-declared']);
  expect(lint(safe('look', [{ kind: 'read', from: 'q', as: 'sql' }]))).toEqual(['error safe-but-runs']);
  expect(lint(safe('look', [{ kind: 'connect', target: 'api.example' }]))).toEqual([]);
});

test('what its server says counts against it, never for it', () => {
  expect(lint(safe('look'), seen('look', { annotations: { readOnlyHint: false } }))).toEqual(['error safe-but-writes']);
  expect(lint(safe('look'), seen('look', { annotations: { destructiveHint: true } }))).toEqual([
    'error safe-but-destructive',
  ]);
  // The specification gives `destructiveHint` a meaning only where the tool is not read-only.
  expect(lint(safe('look'), seen('look', { annotations: { readOnlyHint: true, destructiveHint: true } }))).toEqual([]);
  expect(lint(safe('look'), seen('look', { annotations: { openWorldHint: true } }))).toEqual(['warning open-world']);
  expect(lint(safe('delete_all'), seen('delete_all', { annotations: { readOnlyHint: true } }))).toEqual([
    'warning safe-but-named',
  ]);
});

test('what it takes: something to run, an address, a file and its content', () => {
  const takes = (properties: object, required: readonly string[] = []) => ({
    inputSchema: { type: 'object', properties, required: [...required] } as never,
  });
  for (const name of ['command', 'sql', 'url'])
    expect(lint(safe('look'), seen('look', takes({ [name]: {} })))).toEqual(['warning safe-but-carries']);
  expect(lint(safe('look'), seen('look', takes({ path: {}, content: {} })))).toEqual(['error safe-but-writes']);
  expect(
    lint(safe('look', [{ kind: 'connect', from: 'url', as: 'url' }]), seen('look', takes({ url: {} }, ['url']))),
  ).toEqual([]);
  expect(lint(safe('look', [{ kind: 'read', from: 'file' }]), seen('look', takes({ path: {} })))).toEqual([
    'error no-such-argument',
  ]);
  expect(lint({ critical: [{ name: 'run', label: 'L' }] }, seen('run', takes({ command: {} }, ['command'])))).toEqual([
    'warning undeclared-argument',
  ]);
  expect(lint({ critical: [{ name: 'run', label: 'L' }] }, seen('walk', {}))).toEqual([
    'note not-listed',
    'note not-offered',
  ]);
});

test('a tool sorted by its effects declares some', () => {
  expect(lint({ byEffects: [{ name: 'run', label: 'L' }] })).toEqual(['error undeclared']);
});
