// `castellan watch` in a real terminal of 80 by 24 (tmux), the real daemon, a hook that waits: what a person sees and presses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, type RunningDaemon, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { SETTLE_MS } from '../src/prompt.ts';
import { hasTerminal, openTerminal, sleep } from './terminal.ts';

interface Told {
  readonly hookSpecificOutput: { readonly permissionDecision: string; readonly permissionDecisionReason?: string };
}

/** An agent whose PreToolUse hook waits for the answer. */
async function connectAgent(
  daemon: RunningDaemon,
): Promise<(id: string, tool: string, input: object) => Promise<Told>> {
  const made = await daemon.request('POST', '/v1/agents', {
    body: { kind: 'claude-code', name: 'helper', hookTimeoutSeconds: 600 },
  });
  const { credential } = made.json() as { readonly credential: string };
  return async (id, tool, input) => {
    const answer = await daemon.request('POST', '/v1/hooks/claude-code', {
      token: credential,
      body: {
        session_id: 's1',
        transcript_path: '/home/me/.claude/projects/p/s1.jsonl',
        cwd: '/tmp',
        permission_mode: 'default',
        hook_event_name: 'PreToolUse',
        tool_name: tool,
        tool_input: input,
        tool_use_id: id,
        mcp_server: { name: 'mail', source: 'user' },
      },
    });
    return answer.json() as Told;
  };
}

verifies(
  ['H2', 'H4'],
  'in a terminal: the card appears by itself, a approves and d denies, and each waiting hook resumes',
  async () => {
    await using daemon = await startDaemon();
    const call = await connectAgent(daemon);
    const file = join(tempFolder(), 'password');
    writeFileSync(file, PERSON.password);
    const login = `castellan login --name ${PERSON.name} --password-file ${file}`;
    await using terminal = await openTerminal(daemon.home, `${login} && castellan watch`);
    await terminal.shows(/nothing waits/);

    const letter = { to: 'a@b.example', subject: 'The offer', body: 'Dear client' };
    const sent = call('toolu_terminal_1', 'mcp__mail__send', letter);
    const card = await terminal.shows(/Send an e-mail to “a@b\.example”: “The offer”[\s\S]*a approve once/);
    expect(card).toMatch(/waiting \d+ s, .* left \[#+\.*\] {2}helper: /);
    expect(card).toMatch(/sends (?:a message )?to a@b\.example/);
    expect(card).not.toContain('approving also allows');
    await sleep(SETTLE_MS + 100);
    await terminal.press('a');
    // A message to somebody is under a Critical rule: one key is not enough.
    await terminal.shows(/Critical: press y to approve exactly this/);
    await terminal.press('y');
    expect((await sent).hookSpecificOutput.permissionDecision).toBe('allow');
    await terminal.shows(/approved by mia/);

    const again = call('toolu_terminal_2', 'mcp__mail__send', { ...letter, to: 'c@d.example' });
    await terminal.shows(/Send an e-mail to “c@d\.example”[\s\S]*d deny/);
    await sleep(SETTLE_MS + 100);
    await terminal.press('d');
    const denied = (await again).hookSpecificOutput;
    expect(denied.permissionDecision).toBe('deny');
    expect(denied.permissionDecisionReason).toContain('DENIED');

    // Confirmed once for a task: the card says so, and `o` leaves the task out.
    const draft = call('toolu_terminal_3', 'mcp__mail__draft', { to: 'a@b.example' });
    await terminal.shows(/approving also allows, for this task: mail\/draft[\s\S]*o approve only this call/);
    await sleep(SETTLE_MS + 100);
    await terminal.press('o');
    expect((await draft).hookSpecificOutput.permissionDecision).toBe('allow');
    expect((await daemon.request('GET', '/v1/grants')).json()).toMatchObject({ grants: [] });

    await terminal.press('q');
  },
  { skip: !hasTerminal, timeout: 120_000 },
);

verifies(
  ['H2', 'A5'],
  'in a terminal where nobody has signed in, everything is seen and no key answers',
  async () => {
    await using daemon = await startDaemon();
    const call = await connectAgent(daemon);
    await using terminal = await openTerminal(daemon.home, 'castellan watch');
    await terminal.shows(/nothing waits/);
    const draft = call('toolu_terminal_4', 'mcp__mail__draft', { to: 'a@b.example' });
    await terminal.shows(/o approve only this call/);
    await sleep(SETTLE_MS + 100);
    await terminal.press('o');
    await terminal.shows(/nobody is signed in here: quit, and `castellan login`/);
    const listed = (await daemon.request('GET', '/v1/approvals')).json() as { approvals: { id: string }[] };
    expect(listed.approvals).toMatchObject([{ state: { kind: 'pending' } }]);
    await daemon.request('POST', `/v1/approvals/${listed.approvals[0]?.id}/resolve`, { body: { answer: 'deny' } });
    expect((await draft).hookSpecificOutput.permissionDecision).toBe('deny');
    await terminal.press('q');
  },
  { skip: !hasTerminal, timeout: 120_000 },
);
