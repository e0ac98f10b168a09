// What the guide tells a reader to type is what the program knows, and what docs/guide/models.md tells them to write and to ask
// is done here as it stands there, with a real daemon.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, inRoot, runProcess, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { needs } from '../e2e/support/machine.ts';

const GUIDE = inRoot('docs', 'guide');
/** What each command prints of itself, as `test/laws` holds the page to it: a start of the program for each would take minutes. */
const HELPS: ReadonlyMap<string, string> = new Map(
  readFileSync(inRoot('docs', 'reference', 'cli.md'), 'utf8')
    .split(/^## castellan /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

/** Of a group only commands it has; what stands behind another command is given to it. */
function helpOf([first = '', second]: readonly string[]): string | null {
  const below = second === undefined ? undefined : HELPS.get(`${first} ${second}`);
  const isGroup = [...HELPS.keys()].some((name) => name.startsWith(`${first} `));
  return below ?? (isGroup && second !== undefined ? null : (HELPS.get(first) ?? null));
}

interface Shown {
  readonly line: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** Lines that stand as code: four spaces, then the program, perhaps behind a pipe. Comments and other programs left out. */
function commandsIn(text: string): readonly Shown[] {
  return text.split('\n').flatMap((line) => {
    const [, typed] = /^ {4}(?:[^#]*\| )?castellan ([^#|<>;&]*)/.exec(line) ?? [];
    if (typed === undefined) return [];
    const [own = ''] = typed.split(' -- ');
    const tokens = own
      .replaceAll(/'[^']*'/g, 'TEXT')
      .trim()
      .split(/\s+/);
    const end = tokens.findIndex((token) => !/^[a-z][a-z-]*$/.test(token));
    return [
      {
        line: line.trim(),
        // What stands behind the agent of `run` is the agent's own: also `--help`.
        words: (end < 0 ? tokens : tokens.slice(0, end)).slice(0, tokens[0] === 'run' ? 1 : 2),
        options: tokens.filter((token) => token.startsWith('--')),
      },
    ];
  });
}

test('every command of the guide is one that the program knows, with its options', () => {
  const shown = readdirSync(GUIDE)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => commandsIn(readFileSync(join(GUIDE, name), 'utf8')));
  expect(shown.length).toBeGreaterThan(25);
  const wrong: string[] = [];
  for (const { line, words, options } of shown) {
    const help = helpOf(words);
    if (help === null) wrong.push(line);
    for (const option of options) if (help?.includes(option) === false) wrong.push(`${line}: no \`${option}\``);
  }
  expect(wrong).toEqual([]);
});

const MODELS = readFileSync(join(GUIDE, 'models.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...MODELS.matchAll(/^```([a-z]+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);
const codeIn = (line: string): readonly string[] => [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

verifies(
  ['X5'],
  'what the guide says of model servers is so: its settings load, its lines make a key, its servers and paths are those there are',
  async () => {
    const configs = blocks('yaml').map((text) => parse(text) as { models?: { upstreams: object }; cloud?: object });
    expect(configs).toHaveLength(3);
    const upstreams = Object.assign({}, ...configs.map(({ models }) => models?.upstreams)) as Record<string, unknown>;
    const home = join(tempFolder(), 'ada');
    const config = { ...Object.assign({}, ...configs), models: { upstreams } };
    await using daemon = await startDaemon({ home: join(home, '.config', 'castellan'), config });

    // The lines as they stand, the agent's id put in where the reader puts it in.
    const [, snippet = ''] = /^( {4}state=[\s\S]*?)\n\n/m.exec(MODELS) ?? [];
    const lines = snippet.split('\n').map((line) => line.trim());
    expect(lines).toHaveLength(4);
    const sh = async (script: readonly string[]): Promise<string> => {
      const env = { ...bareEnvironment(home), HOME: home };
      const { stdout, stderr } = await runProcess('/bin/bash', ['-c', script.join('\n')], { env });
      expect(stderr).toBe('');
      return stdout.trim();
    };
    const agent = await sh(lines.slice(0, 3));
    expect(agent).toMatch(/^agent_/);
    const key = await sh([...lines.slice(0, 2), (lines[3] ?? '').replace('AGENT', agent)]);
    expect(key).toMatch(/^castellan_m_/);

    const ask = (path: string) => daemon.request('POST', path, { token: key, body: {} });
    const servers = [...MODELS.matchAll(/^\| `([a-z-]+)` \| `http:/gm)].map(([, name = '']) => name);
    expect(servers).toHaveLength(4);
    expect((await ask('/model/nobody/v1/messages')).text).toContain(
      `there are ${[...Object.keys(upstreams), ...servers].join(', ')};`,
    );
    const [, said = ''] = /^- Paths: ([\s\S]*?)\. Everything else/m.exec(MODELS) ?? [];
    // Ollama speaks both.
    const { text } = await ask('/model/ollama/v1/files');
    const [, there = ''] = text.split('there is ');
    const told = [...there.matchAll(/(?:GET|POST) (v1\/[a-z_/]+)/g)].map(([, path = '']) => path.replace(/\/$/, ''));
    expect(codeIn(said).toSorted()).toEqual([...new Set(told)].toSorted());
  },
  { ...needs('jq', 'curl'), timeout: 120_000 },
);
