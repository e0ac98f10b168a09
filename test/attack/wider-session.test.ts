// The attacker: an agent that holds its own credential and wants more folders to count as its session's project. It ends the
// session its client works in and begins it anew elsewhere, or is the first to tell where a session works.
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import { worldOf } from '../e2e/support/world.ts';

const HOME = '/srv/project-of-the-session';
const OTHER = '/srv/not-of-the-session';
const CONFIG = { approvals: { timeoutSeconds: 1 } };

interface Client {
  readonly kind: 'codex' | 'claude-code' | 'opencode';
  readonly tool: string;
  readonly input: (file: string) => object;
}
const patch = (file: string) => ({ command: `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch\n` });
const CLIENTS: readonly Client[] = [
  { kind: 'codex', tool: 'apply_patch', input: patch },
  { kind: 'claude-code', tool: 'Write', input: (file_path) => ({ file_path, content: 'x' }) },
  { kind: 'opencode', tool: 'write', input: (filePath) => ({ filePath, content: 'x' }) },
];

/** A client of this kind, as its hooks speak. */
async function attacker(home: string, { kind, tool, input }: Client) {
  let it = worldOf(await startDaemon({ home, config: CONFIG }));
  const { credential } = await it.connect(kind, 60, kind);
  const hook = async (session_id: string, cwd: string, hook_event_name: string, more: object): Promise<string> => {
    const body = { session_id, transcript_path: '/t', cwd, permission_mode: 'default', hook_event_name, ...more };
    const path = `/v1/hooks/${kind}`;
    return (await it.daemon.request('POST', path, { token: credential, body })).text;
  };
  let calls = 0;
  return {
    restart: async () => {
      await it[Symbol.asyncDispose]();
      it = worldOf(await startDaemon({ home, config: CONFIG }));
    },
    start: (session: string, cwd: string, source = 'startup') => hook(session, cwd, 'SessionStart', { source }),
    end: (session: string) => hook(session, HOME, 'SessionEnd', { reason: 'other' }),
    prompt: (session: string, cwd: string) => hook(session, cwd, 'UserPromptSubmit', { prompt: 'hello' }),
    /** Whether a file is written without anybody being asked. */
    writes: async (session: string, folder: string, cwd = HOME): Promise<boolean> => {
      const told = await hook(session, cwd, 'PreToolUse', {
        tool_name: tool,
        tool_input: input(`${folder}/a.txt`),
        tool_use_id: `call_${++calls}`,
      });
      expect(told).toMatch(/"allow"|TIMED OUT/);
      return told.includes('"permissionDecision":"allow"');
    },
    [Symbol.asyncDispose]: () => it[Symbol.asyncDispose](),
  };
}

describe.each(CLIENTS)('$kind', (client) => {
  verifies(
    ['K8', 'K2'],
    `a session of ${client.kind} keeps its first workspace, whoever ends it and begins it anew`,
    async () => {
      await using it = await attacker(tempFolder(), client);
      await it.start('s1', HOME);
      expect([await it.writes('s1', HOME), await it.writes('s1', OTHER)]).toEqual([true, false]);
      for (const begin of [
        () => it.start('s1', OTHER),
        () => it.start('s1', '/', 'resume'),
        () => it.prompt('s1', OTHER),
        () => it.restart().then(() => it.start('s1', OTHER)),
        () => Promise.all(['/', OTHER, '/srv'].map((cwd) => it.start('s1', cwd))),
      ]) {
        await it.end('s1');
        await begin();
        expect(await it.writes('s1', OTHER, OTHER)).toBe(false);
      }
      expect(await it.writes('s1', HOME), 'resumed where it was').toBe(true);
      await it.start('s2', OTHER);
      expect(await it.writes('s2', OTHER), 'another session of its own').toBe(true);
    },
  );
});

const [codex] = CLIENTS;
if (codex !== undefined)
  verifies(['K4', 'K2'], 'the folder a call of Codex runs in, which its model chooses, is no workspace', async () => {
    await using it = await attacker(tempFolder(), codex);
    expect(await it.writes('s1', OTHER, OTHER), 'the first event of a session').toBe(false);
    await it.end('s1');
    expect(await it.writes('s1', OTHER, OTHER), 'and after its end').toBe(false);
    await it.restart();
    // A client whose first event was lost goes on: its next prompt tells where it works, and that holds.
    await it.prompt('s1', HOME);
    expect([await it.writes('s1', HOME), await it.writes('s1', OTHER, OTHER)]).toEqual([true, false]);
    await it.start('s1', OTHER, 'resume');
    expect(await it.writes('s1', OTHER, OTHER)).toBe(false);
  });
