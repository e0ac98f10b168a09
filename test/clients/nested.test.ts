// A client started by a client: a session of its own, of the same agent, held by the same hooks (K8).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { CLAUDE, withClaude } from './support/claude.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { history, world } from './support/world.ts';

const commandOf = (input: JsonValue): string =>
  typeof input === 'object' && input !== null && 'command' in input ? String(input.command) : '';

verifies(
  ['K8', 'G-S01'],
  'a nested session is decided, attributed and recorded as a session of its own',
  async () => {
    await using it = await world({
      modules: { 'claude-code': { tools: { Bash: 'allow' } } },
      deny: ['claude-code/Write'],
    });
    const stolen = join(it.project, 'stolen');
    const nested = calls(bash('touch nested-ran'), { tool: 'Write', input: { file_path: stolen, content: 'x' } });
    writeFileSync(join(it.project, 'nested.txt'), canaryPrompt(nested));
    const start = `unset CLAUDECODE; '${CLAUDE}' -p "$(cat nested.txt)" --allowedTools Bash,Write < /dev/null`;
    // What is started with words from a file could do anything: that needs a person, whatever the level.
    const running = it.claude(calls(bash(start)));
    await it.approve();
    await running;

    expect(it.ran('nested-ran'), 'what is allowed runs in it too').toBe(true);
    expect(it.ran('stolen'), 'what is denied is denied in it too').toBe(false);
    const records = await it.records();
    const shells = history(records, 'Bash');
    const shell = (start: string) => shells.find(({ attempt }) => commandOf(attempt.arguments).startsWith(start));
    const [outer, inner] = [shell('unset'), shell('touch')];
    const [denied] = history(records, 'Write');
    expect(inner?.attempt.agent).toBe(outer?.attempt.agent);
    expect(inner?.attempt.session).not.toBe(outer?.attempt.session);
    expect(denied?.attempt.session).toBe(inner?.attempt.session);
    expect(denied?.attempt.verdict.outcome).toBe('deny');
  },
  withClaude,
);
