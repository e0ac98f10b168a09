// Whatever is started is given an environment of contract's table (X4). The type can be made in one file only; this sees to
// it that every spawner asks for it and none reaches for its own environment.
import { readFileSync } from 'node:fs';
import { DAEMON_VARIABLES, ENVIRONMENTS } from '@castellan/contract';
import { inRoot, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { isNode, nameOf, SOURCES, type SourceFile, type SyntaxNode } from './lib/source.ts';

const STARTERS = /(^|\.)(spawn|spawnSync|exec|execSync|execFile|execFileSync|fork)$/;
/** Starts itself again with the Node it needs, as the person started it: no other program, no other rights. */
const AGAIN = 'packages/cli/bin/castellan.mjs';

const startsProcesses = (file: SourceFile): boolean =>
  file.imports.some(({ specifier }) => /^(node:)?child_process$|node-pty/.test(specifier));

const starts = (file: SourceFile): readonly SyntaxNode[] =>
  startsProcesses(file)
    ? file.nodes.filter((node) => node.type === 'CallExpression' && STARTERS.test(nameOf(node.callee) ?? ''))
    : [];

/** What stands behind `env` in the last argument: nothing, or its text. */
function environmentOf(file: SourceFile, node: SyntaxNode): string | null {
  const last = Array.isArray(node.arguments) ? (node.arguments.at(-1) as unknown) : undefined;
  if (!isNode(last) || last.type !== 'ObjectExpression' || !Array.isArray(last.properties)) return null;
  for (const property of last.properties as readonly unknown[]) {
    if (!isNode(property) || property.type !== 'Property' || nameOf(property.key) !== 'env') continue;
    const value = property.value;
    return isNode(value) ? file.text.slice(value.start, Number(value.end)) : null;
  }
  return null;
}

/** A field of the type, or a call that makes it. */
const LISTED = /^(program\.env|[a-z]*Environment\(.*\)|withVariables\(.*\))$/s;

const listed: Law = (files) =>
  files
    .filter(({ path }) => path !== AGAIN)
    .flatMap((file) =>
      starts(file)
        .filter((node) => !LISTED.test(environmentOf(file, node) ?? ''))
        .map((node) => `${file.path}:${file.lineOf(node)} starts a process without an environment of the table (X4)`),
    );

const made: Law = (files) =>
  files
    .filter(({ path, text }) => path !== 'packages/contract/src/environment.ts' && /as ChildEnvironment\b/.test(text))
    .map(({ path }) => `${path} makes a ChildEnvironment of its own; contract's \`childEnvironment\` does that`);

verifies(['X4', 'K7'], 'whatever is started is given an environment of the table', () => {
  expect(SOURCES.flatMap(starts).length).toBeGreaterThan(3);
  holds(listed, SOURCES);
  holds(made, SOURCES);
});

test('the laws of the environment go red', () => {
  const from = "import { spawn } from 'node:child_process';";
  goesRed(
    listed,
    'packages/agents/src/launch.ts',
    [
      `${from} spawn('a', []);`,
      `${from} spawn('a', [], { cwd: '/' });`,
      `${from} spawn('a', [], { env: process.env });`,
      `${from} spawn('a', [], { env: { ...process.env } });`,
      `${from} spawn('a', [], { env: { ...program.env, A: '1' } });`,
      "import * as c from 'child_process'; c.execFile('a', [], { env: {} });",
      "const pty = await import('@lydell/node-pty'); pty.spawn('a', [], { cols: 80 });",
    ],
    [`${from} spawn('a', [], { env: program.env });`, `${from} spawn('a', [], { env: daemonEnvironment(a, b) });`],
  );
  goesRed(made, 'packages/agents/src/x.ts', ['const env = { A: "1" } as ChildEnvironment;']);
});

test('pin: what of an environment is passed on', () => {
  const plain = ['HOME', 'LANG', 'PATH', 'TERM', 'TMPDIR', 'TZ'];
  expect(Object.keys(ENVIRONMENTS)).toEqual(['agent', 'codex', 'opencode', 'plain', 'bare', 'desktop', 'daemon']);
  expect(ENVIRONMENTS.desktop).toEqual({
    names: ['PATH', 'HOME', 'LANG', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
    prefixes: ['LC_'],
  });
  expect(ENVIRONMENTS.plain.names.toSorted()).toEqual(plain);
  const { agent, codex, opencode } = ENVIRONMENTS;
  for (const { prefixes } of [ENVIRONMENTS.plain, agent, codex, opencode]) expect(prefixes).toEqual(['LC_', 'XDG_']);
  for (const { prefixes } of [ENVIRONMENTS.bare, ENVIRONMENTS.daemon]) expect(prefixes).toEqual([]);
  expect(ENVIRONMENTS.bare.names).toEqual(['PATH']);
  expect(ENVIRONMENTS.agent.names.filter((name) => !plain.includes(name)).toSorted()).toEqual([
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_BEDROCK_BASE_URL',
    'ANTHROPIC_VERTEX_BASE_URL',
    'ANTHROPIC_VERTEX_PROJECT_ID',
    'AWS_ACCESS_KEY_ID',
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_USE_VERTEX',
    'CLOUD_ML_REGION',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_CLOUD_PROJECT',
  ]);
  const openAi = ['CODEX_API_KEY', 'OPENAI_API_KEY'];
  expect(codex.names.toSorted()).toEqual([...plain, ...openAi].toSorted());
  expect(opencode.names.toSorted()).toEqual([...agent.names, ...openAi].toSorted());
  expect(ENVIRONMENTS.daemon.names.toSorted()).toEqual([
    'CASTELLAN_VAULT_PASSPHRASE_FILE',
    'DBUS_SESSION_BUS_ADDRESS',
    'HOME',
    'LANG',
    'LC_ALL',
    'LC_CTYPE',
    'LOGNAME',
    'NO_COLOR',
    'PATH',
    'TMPDIR',
    'TZ',
    'USER',
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'XDG_RUNTIME_DIR',
  ]);
});

test('the daemon is told the same however it is started', () => {
  const starts = [
    ['packages', 'cli', 'src', 'start-daemon.ts'],
    ['packages', 'cli', 'src', 'commands', 'service', 'wanted.ts'],
    ['packages', 'sandbox', 'src', 'two-users', 'unit.ts'],
  ].map((path) => readFileSync(inRoot(...path), 'utf8'));
  for (const text of starts) expect(text).toContain('...DAEMON_VARIABLES,');
  const image = readFileSync(inRoot('container', 'entrypoint.sh'), 'utf8');
  for (const [name, value] of Object.entries(DAEMON_VARIABLES)) expect(image).toContain(`export ${name}=${value}\n`);
});
