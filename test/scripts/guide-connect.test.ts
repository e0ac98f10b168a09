// What the guide tells a reader to type to connect a client that is held by the gateway, typed at an empty HOME.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { commandsOf, reader, type Typed } from './support/guide.ts';

const fixture = (name: string): string => inRoot('packages', 'agents', 'testdata', name);

verifies(
  ['K5', 'K6'],
  'the guide to Cursor, Zed, Gemini CLI and their kin works as it stands, and leaves every file as it was',
  async () => {
    await using ada = await reader();
    const files = {
      '.cursor/mcp.json': 'cursor.json',
      '.config/zed/settings.json': 'zed.jsonc',
      '.gemini/settings.json': 'gemini-cli.json',
    };
    for (const [path, name] of Object.entries(files)) {
      mkdirSync(join(ada.home, path, '..'), { recursive: true });
      cpSync(fixture(name), join(ada.home, path));
    }
    const lines = [...commandsOf('connect.md'), ...commandsOf('connect-mcp-clients.md')];
    expect(lines.length).toBeGreaterThan(12);
    const typed: Typed[] = [];
    for (const line of lines) typed.push(await ada.type(line));
    // `modules import` ends with 1 where something stays as it is.
    const wrong = typed.filter(({ line, code }) => code !== 0 && !(line.includes('modules import') && code === 1));
    expect(wrong).toEqual([]);
    const said = (part: string): string =>
      typed
        .filter(({ line }) => line === part)
        .map(({ stdout, stderr }) => stdout + stderr)
        .join('\n');
    expect(said('castellan connect')).toMatch(/cursor +Cursor\n +not connected/);
    expect(said('castellan connect cursor --dry-run')).toMatch(/\+ +\d+ +"castellan": \{/);
    expect(said('castellan connect gemini-cli')).toContain('its own shell tool runs commands');
    expect(said('castellan connect gemini-cli --own-tools off')).not.toContain('its own shell tool runs commands');
    expect(said('castellan agents gemini-cli')).toContain('what stays open');
    for (const text of typed.flatMap(({ stdout }) => stdout.split('\n')))
      if (!text.includes('/')) expect(text.length, text).toBeLessThanOrEqual(80);
    for (const [path, name] of Object.entries(files))
      expect(readFileSync(join(ada.home, path), 'utf8')).toBe(readFileSync(fixture(name), 'utf8'));
  },
  { timeout: 240_000 },
);
