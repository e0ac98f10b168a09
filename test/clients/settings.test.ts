// What we say of a settings file, held against what the client does with it. The file has a hook that fails closed, so a
// tool runs exactly when the client dropped the file or switched the hook off.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectSettings } from '@castellan/agents';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { EXPECTED } from '../../packages/agents/test/support.ts';
import { runClaudeCode, withClaude } from './support/claude.ts';
import { startModel } from './support/model.ts';
import { bash, calls } from './support/script.ts';

const closed = { type: 'http', url: 'http://127.0.0.1:1/x', onFailure: 'block', timeout: 5 };
const hooks = { PreToolUse: [{ matcher: '*', hooks: [closed] }] };
const beside = (hook: unknown) => ({
  hooks: { PreToolUse: [...hooks.PreToolUse, { matcher: 'Read', hooks: [hook] }] },
});

/** Whether the client drops or disables the hooks of such a file; we must say so of each. */
const FILES: Readonly<Record<string, { readonly settings: unknown; readonly dropped: boolean }>> = {
  plain: { settings: { hooks }, dropped: false },
  'with other settings': {
    settings: { hooks, model: 'opus', env: { A: '1' }, permissions: { allow: ['Bash'] } },
    dropped: false,
  },
  'with an unknown field': { settings: { hooks, somethingNew: 1 }, dropped: false },
  disableAllHooks: { settings: { hooks, disableAllHooks: true }, dropped: true },
  'an unknown hook type': { settings: beside({ type: 'pigeon' }), dropped: true },
  'a timeout as text': { settings: beside({ type: 'command', command: 'true', timeout: '5' }), dropped: true },
  'a misspelled onFailure': {
    settings: beside({ type: 'command', command: 'true', onFailure: 'deny' }),
    dropped: true,
  },
  'a hook without its command': { settings: beside({ type: 'command' }), dropped: true },
  'permissions.allow as text': { settings: { hooks, permissions: { allow: 'Bash' } }, dropped: true },
  'model as a number': { settings: { hooks, model: 5 }, dropped: true },
  'env as a list': { settings: { hooks, env: ['A'] }, dropped: true },
};

for (const [name, { settings, dropped }] of Object.entries(FILES)) {
  verifies(
    ['K6'],
    `${name}: we say what the client does`,
    async () => {
      const root = tempFolder();
      const [home, project] = [join(root, 'user'), join(root, 'project')];
      mkdirSync(join(home, '.claude'), { recursive: true });
      mkdirSync(project);
      const text = JSON.stringify(settings);
      writeFileSync(join(home, '.claude', 'settings.json'), text);
      await using model = await startModel();
      const script = calls(bash('touch witness'));
      await runClaudeCode({ script, home, cwd: project, model: model.port, args: ['--allowedTools', 'Bash'] });
      expect(existsSync(join(project, 'witness'))).toBe(dropped);
      const said = inspectSettings(text, EXPECTED).kind;
      expect(['unreadable', 'disabled'].includes(said)).toBe(dropped);
    },
    withClaude,
  );
}
