// Every verdict, carried out by the real client: whether the tool ran is read off the disk, not off what anybody says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { bash, calls, subagent } from './support/script.ts';
import { history, world } from './support/world.ts';

const level = (tool: string, to: string) => ({ modules: { 'claude-code': { tools: { [tool]: to } } } });
const touch = calls(bash('touch witness'));

verifies(
  ['K1'],
  'an allowed call runs and its outcome is recorded',
  async () => {
    await using it = await world(level('Bash', 'allow'));
    const ended = await it.claude(calls(bash('touch witness; echo done-it')));
    expect(ended.stdout).toContain('model saw: done-it');
    expect(it.ran('witness')).toBe(true);
    expect(history(await it.records(), 'Bash')).toMatchObject([{ verdict: 'allow', outcome: { status: 'succeeded' } }]);
  },
  withClaude,
);

verifies(
  ['K1'],
  'a call that fails is recorded as failed',
  async () => {
    await using it = await world(level('Bash', 'allow'));
    await it.claude(calls(bash('exit 4')));
    expect(history(await it.records(), 'Bash')).toMatchObject([{ outcome: { status: 'failed' } }]);
  },
  withClaude,
);

verifies(
  ['K1', 'H4'],
  'a denied call does not run and the model is told why',
  async () => {
    await using it = await world({ deny: ['claude-code/Bash'] });
    const ended = await it.claude(touch, { args: ['--allowedTools', 'Bash'] });
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('DENIED');
    expect(history(await it.records(), 'Bash')).toMatchObject([{ verdict: 'deny', outcome: { status: 'refused' } }]);
  },
  withClaude,
);

verifies(
  ['K1'],
  'a call waits for a person and runs once approved',
  async () => {
    await using it = await world(level('Bash', 'confirm'));
    const running = it.claude(touch);
    const approval = await it.waiting();
    expect(it.ran('witness')).toBe(false);
    await it.client.resolve({ params: { id: approval.id }, body: { answer: 'approve', digest: approval.digest } });
    await running;
    expect(it.ran('witness')).toBe(true);
    expect(history(await it.records(), 'Bash')).toMatchObject([
      { verdict: 'confirm', outcome: { by: 'user-approved' } },
    ]);
  },
  withClaude,
);

verifies(
  ['K1', 'H4'],
  'a call a person denies does not run',
  async () => {
    await using it = await world(level('Bash', 'confirm'));
    const running = it.claude(touch, { args: ['--allowedTools', 'Bash'] });
    const approval = await it.waiting();
    await it.client.resolve({ params: { id: approval.id }, body: { answer: 'deny', reason: 'use-the-other-folder' } });
    const ended = await running;
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('DENIED');
    expect(ended.stdout).toContain('use-the-other-folder');
  },
  withClaude,
);

verifies(
  ['K2', 'H4'],
  'silence is deny, and the model is told that nobody answered',
  async () => {
    await using it = await world({ ...level('Bash', 'confirm'), approvals: { timeoutSeconds: 1 } });
    const ended = await it.claude(touch, { args: ['--allowedTools', 'Bash'] });
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('TIMED OUT');
    expect(ended.stdout).not.toContain('DENIED');
  },
  withClaude,
);

verifies(
  ['K1'],
  'parallel calls are decided one by one',
  async () => {
    await using it = await world(level('Bash', 'allow'));
    const turn = ['a', 'b', 'c'].map((name) => bash(`touch ${name}`));
    await it.claude({ turns: [turn], text: 'done' });
    expect(['a', 'b', 'c'].map((name) => it.ran(name))).toEqual([true, true, true]);
    const seen = history(await it.records(), 'Bash');
    expect(seen).toHaveLength(3);
    expect(seen.map(({ outcome }) => outcome?.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  },
  withClaude,
);

verifies(
  ['K8'],
  'a sub-agent is held by the same hooks and named in the record',
  async () => {
    await using it = await world({ deny: ['claude-code/Bash'] });
    await it.claude(calls(subagent(touch)), { args: ['--allowedTools', 'Bash,Agent'] });
    expect(it.ran('witness')).toBe(false);
    const records = await it.records();
    const [call] = history(records, 'Bash');
    expect(call?.attempt.subagent).toMatch(/\S/);
    const [parent] = history(records, 'Agent');
    expect(parent?.attempt.subagent).toBeUndefined();
    expect(call?.attempt.session).toBe(parent?.attempt.session);
    expect(records.filter((record) => record.kind === 'session').map((record) => record.change)).toContain(
      'subagent-started',
    );
  },
  withClaude,
);

verifies(
  ['G-S05'],
  'the constraints reach the model at the start, in sub-agents too',
  async () => {
    await using it = await world({ ...level('Agent', 'allow'), deny: ['claude-code/WebFetch'] });
    await it.claude(calls(subagent(calls())));
    const told = it.model.requests.filter((body) => body.includes('Castellan controls every tool call'));
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told[0]).toContain('claude-code/WebFetch');
  },
  withClaude,
);

verifies(
  ['K1'],
  'what ran is what was decided: the file written is the approved one',
  async () => {
    await using it = await world(level('Write', 'confirm'));
    const target = join(it.project, 'approved.txt');
    const running = it.claude(calls({ tool: 'Write', input: { file_path: target, content: 'approved\n' } }));
    const approval = await it.waiting();
    expect(approval.arguments).toMatchObject({ file_path: target });
    await it.client.resolve({ params: { id: approval.id }, body: { answer: 'approve', digest: approval.digest } });
    await running;
    expect(it.ran('approved.txt')).toBe(true);
  },
  withClaude,
);

verifies(
  ['G-S05'],
  'after compaction the constraints are told again, and still hold',
  async () => {
    await using it = await world({ ...level('Bash', 'allow'), deny: ['claude-code/Write'] });
    await it.claude(calls(bash('echo one')));
    await it.claude(calls(), { prompt: '/compact', args: ['--continue'] });
    const before = it.model.requests.length;
    const file_path = join(it.project, 'witness');
    const write = calls({ tool: 'Write', input: { file_path, content: 'x' } });
    const ended = await it.claude(write, { args: ['--continue', '--allowedTools', 'Write'] });
    const told = it.model.requests.slice(before);
    expect(told[0]).toContain('The conversation was compacted; these safety constraints still hold');
    expect(told[0]).toContain('claude-code/Write');
    expect(ended.stdout).toContain('DENIED');
    expect(it.ran('witness')).toBe(false);
  },
  withClaude,
);

verifies(
  ['K1'],
  'a call the client itself would ask about is decided by us under -p, and a refusal reaches the model',
  async () => {
    await using it = await world({ deny: ['claude-code/Bash'] });
    const settings = JSON.parse(readFileSync(it.connected.settingsPath, 'utf8'));
    const { PermissionRequest } = settings.hooks;
    writeFileSync(it.connected.settingsPath, JSON.stringify({ ...settings, hooks: { PermissionRequest } }));
    const ended = await it.claude(touch);
    expect(it.ran('witness')).toBe(false);
    expect(ended.stdout).toContain('Castellan: DENIED');
    expect(history(await it.records(), 'Bash')).toMatchObject([{ verdict: 'deny' }]);
  },
  withClaude,
);

verifies(
  ['K1'],
  'ask without a terminal waits for a person instead',
  async () => {
    await using it = await world(level('Bash', 'ask'));
    const running = it.claude(touch);
    const approval = await it.waiting();
    await it.client.resolve({ params: { id: approval.id }, body: { answer: 'approve', digest: approval.digest } });
    await running;
    expect(it.ran('witness')).toBe(true);
  },
  withClaude,
);
