// After `castellan modules import` the real clients read their files, and reach the gateway by the entry that stands there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  bareEnvironment,
  honestMcp,
  inRoot,
  PERSON,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { CLAUDE } from './support/claude.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
const CODEX = join(clients, 'codex', 'node_modules', '.bin', 'codex');
const OPENCODE = join(clients, 'opencode', 'node_modules', 'opencode-linux-x64', 'bin', 'opencode');
const missing = [CLAUDE, CODEX, OPENCODE].filter((path) => !existsSync(path));
if (missing.length > 0) process.stderr.write(`SKIPPED: not installed: ${missing.join(', ')}\n`);

const quiet = {
  DISABLE_AUTOUPDATER: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
};

verifies(
  ['K5', 'M1'],
  'Claude Code, Codex and OpenCode read their settings after an import and list the gateway in place of their servers',
  async () => {
    const home = tempFolder();
    const state = join(home, '.config', 'castellan');
    mkdirSync(dirname(state), { recursive: true });
    await using _daemon = await startDaemon({ home: state, env: { HOME: home } });
    const env = bareEnvironment(home);
    const run = (program: string, ...args: readonly string[]): Promise<ProcessResult> =>
      runProcess(program, args, { cwd: home, env: { ...env, ...quiet }, timeout: 90_000 });
    // Without the clients' own variables: under an agent it would refuse.
    const castellan = (...args: readonly string[]): Promise<ProcessResult> =>
      runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
        cwd: home,
        env,
        input: `${PERSON.password}\n`,
        timeout: 90_000,
      });
    const { command, args } = honestMcp();
    const files = {
      '.claude.json': JSON.stringify({ mcpServers: { notes: { type: 'stdio', command, args, env: {} } } }, null, 2),
      '.codex/config.toml': `[mcp_servers.notes]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`,
      '.config/opencode/opencode.jsonc': `{\n  "$schema": "https://opencode.ai/config.json", // it puts this in itself\n  "mcp": { "notes": { "type": "local", "command": ${JSON.stringify([command, ...args])} } }\n}\n`,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    expect((await castellan('login', '--name', PERSON.name, '--password-stdin')).code).toBe(0);
    const moved = await castellan('modules', 'import', '--yes');
    expect(moved.code, moved.stdout + moved.stderr).toBe(0);

    const claude = await run(CLAUDE, 'mcp', 'list');
    expect(claude.stdout).toMatch(/^castellan: .*castellan\.mjs mcp --agent claude-code - ✔ Connected$/m);
    expect(claude.stdout).not.toContain('notes:');
    const codex = await run(CODEX, 'mcp', 'list');
    expect(codex.stdout).toMatch(/^castellan .*castellan\.mjs mcp --agent codex .*enabled/m);
    expect(codex.stdout).not.toMatch(/^notes /m);
    const opencode = await run(OPENCODE, 'mcp', 'list');
    expect(opencode.stdout + opencode.stderr).toMatch(/castellan.*connected/);

    // Claude Code writes to its own file as it runs: what is put back is its servers, and the rest stays.
    expect((await castellan('modules', 'import', '--undo', '--yes')).code).toBe(0);
    for (const path of ['.codex/config.toml', '.config/opencode/opencode.jsonc'] as const)
      expect(readFileSync(join(home, path), 'utf8')).toBe(files[path]);
    const own = JSON.parse(readFileSync(join(home, '.claude.json'), 'utf8')) as { mcpServers: object };
    expect(own.mcpServers).toEqual({ notes: { type: 'stdio', command, args, env: {} } });
  },
  { skip: missing.length > 0, timeout: 300_000 },
);
