// What a command or skill of a project names, and what a project's settings make run: hostile spellings first.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { expandedUses } from '../src/claude-code/hook/expansion.ts';
import { projectFault } from '../src/claude-code/settings/project-runs.ts';

function project(files: Readonly<Record<string, string>>): string {
  const folder = join(tempFolder(), 'project');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function named(folder: string, name: string, args = '', isProjects = true): Promise<readonly unknown[] | null> {
  const uses = await expandedUses({ name, args, isProjects }, folder);
  return uses?.map((use) => use.arguments.file_path) ?? null;
}

const skill = (front: string, text = 'see @secret.txt'): Readonly<Record<string, string>> => ({
  '.claude/skills/s/SKILL.md': `---\n${front}\n---\n${text}\n`,
});

verifies(['K1'], 'what a command names is told by its text, wherever it stands and whatever it is given', async () => {
  const folder = project({
    '.claude/commands/front/deploy.md': 'see @secret.txt',
    '.claude/commands/given.md': 'see @$ARGUMENTS and @$1',
  });
  for (const name of ['deploy', 'front:deploy', '/deploy', 'Deploy'])
    expect(await named(folder, name)).toEqual(['secret.txt']);
  expect(await named(folder, 'given', 'a.txt "b.txt"')).toEqual(expect.arrayContaining(['a.txt', 'b.txt']));
  mkdirSync(join(folder, 'sub'));
  expect(await named(join(folder, 'sub'), 'deploy')).toEqual(['secret.txt']);
});

verifies(
  ['K1'],
  'a text that is not found, cannot be read or is no file is not put in, and nobody waits for a pipe',
  async () => {
    const folder = project({ '.claude/commands/x.md': 'x' });
    expect(await named(folder, 'other')).toBeNull();
    // Of the user, of a plug-in, or the client's own.
    expect(await named(folder, 'other', '', false)).toEqual([]);
    execFileSync('mkfifo', [join(folder, '.claude', 'commands', 'pipe.md')]);
    expect(await named(folder, 'pipe')).toBeNull();
    writeFileSync(join(folder, '.claude', 'commands', 'long.md'), 'a'.repeat(1024 * 1024 + 1));
    expect(await named(folder, 'long')).toBeNull();
  },
);

verifies(['K1'], 'links are followed, and in circles end', async () => {
  const folder = project({ 'elsewhere/SKILL.md': 'see @secret.txt' });
  mkdirSync(join(folder, '.claude', 'skills'), { recursive: true });
  symlinkSync('../../elsewhere', join(folder, '.claude', 'skills', 's'));
  expect(await named(folder, 's', '', false)).toEqual(['secret.txt']);
  symlinkSync('.', join(folder, '.claude', 'skills', 'round'));
  expect(await named(folder, 's', '', false)).toEqual(['secret.txt']);
});

test.each([
  'name: other',
  'name: "other"',
  "name: 'other'",
  'name: "oth\\x65r"',
  'name: >-\n  other',
  '{name: other, x: y}',
])('a skill is found by the name it gives itself: %s', async (front) => {
  expect(await named(project(skill(front)), 'other', '', false)).toEqual(['secret.txt']);
});

test.each(['hooks: {}', '"hooks": {}', "'hooks' : {}", '{hooks: {}}', '? hooks\n: {}', '"h\\x6foks": {}'])(
  'one that brings hooks of its own is not put in: %s',
  async (front) => {
    expect(await named(project(skill(front)), 's')).toBeNull();
  },
);

verifies(
  ['K1'],
  'a variable of a project that says what runs speaks against every session there; another does not',
  async () => {
    const settings = (env: object, file = 'settings') => project({ [`.claude/${file}.json`]: JSON.stringify({ env }) });
    for (const name of [
      'PATH',
      'Path',
      'SHELL',
      'CLAUDE_CODE_SHELL_PREFIX',
      'LD_PRELOAD',
      'BASH_ENV',
      'GIT_SSH_COMMAND',
    ])
      for (const file of ['settings', 'settings.local'])
        expect(await projectFault(settings({ [name]: 'x' }, file)), name).toContain(name);
    expect(await projectFault(settings({ NODE_ENV: 'test', DATABASE_URL: 'x' }))).toBeNull();
    expect(await projectFault(project({}))).toBeNull();
    // The client reads on behind a mark of the byte order, and its model is where a project says.
    const hidden = project({ '.claude/settings.json': `\u{feff}${JSON.stringify({ env: { PATH: 'x' } })}` });
    expect(await projectFault(hidden)).toContain('PATH');
    for (const name of ['ANTHROPIC_BASE_URL', 'CLAUDE_CODE_USE_BEDROCK', 'https_proxy', 'NODE_EXTRA_CA_CERTS'])
      expect(await projectFault(settings({ [name]: 'x' })), name).toContain(name);
    for (const text of ['{"env":{"PATH":"x"}', '[]', 'null', '\u0000'])
      expect(await projectFault(project({ '.claude/settings.json': text })), text).toContain('cannot be read');
    const piped = project({ '.claude/x': '' });
    execFileSync('mkfifo', [join(piped, '.claude', 'settings.json')]);
    expect(await projectFault(piped)).toContain('cannot be read');
  },
);
