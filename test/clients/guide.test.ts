// What the guide tells a reader to type to connect Claude Code, OpenCode and Codex, typed at an empty HOME with the real clients.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { commandsOf, reader } from '../scripts/support/guide.ts';
import { CLAUDE } from './support/claude.ts';
import { CODEX } from './support/codex.ts';
import { OPENCODE } from './support/opencode.ts';

const PROGRAMS = {
  'claude-code': ['claude', CLAUDE],
  opencode: ['opencode', OPENCODE],
  codex: ['codex', CODEX],
} as const;

/** Everything below the home folder that is no program and none of Castellan's own. */
const leftIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/.config/castellan/'))
    // What we write names a program of ours or an agent. Clients write down the folders they worked in, which is no entry.
    .filter((path) => /castellan-hook|castellan\.mjs|castellan_a_|agent_[0-9a-f]{8}/.test(readFileSync(path, 'utf8')));

for (const [name, [program, file]] of Object.entries(PROGRAMS))
  verifies(
    ['K6'],
    `the guide to ${name} works as it stands on an empty HOME, and nothing of ours is left`,
    async () => {
      await using ada = await reader({ [program]: file });
      const lines = commandsOf(`connect-${name}.md`);
      expect(lines).toContain(`castellan verify ${name}`);
      for (const line of lines) {
        const typed = await ada.type(line);
        expect(typed, line).toMatchObject({ code: 0 });
        if (line.includes('verify')) expect(typed.stdout).toMatch(/ {2}held {2}/);
        if (line === `castellan connect ${name} --scope user`) expect(leftIn(ada.home).length).toBeGreaterThan(0);
      }
      expect(leftIn(ada.home)).toEqual([]);
    },
    { skip: !existsSync(file), timeout: 900_000 },
  );
