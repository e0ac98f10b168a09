// The demo: one agent, five calls, one ledger. Everything is real but the agent: the daemon, its policy, the hook
// protocol of Claude Code over HTTP, the command line, the signed log. Nothing the calls name is ever run.
// It asserts its own outcome: it exits with 1 when anything goes otherwise than told.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorLines } from '@castellan/client';
import type { Approval } from '@castellan/contract';
import { createStage, type HookAnswer, type HookCall, type Stage } from './stage.ts';

const aPersonIsHere = process.stdin.isTTY === true && process.stdout.isTTY === true;
let chapter = 0;
const title = (text: string): void => console.log(`\n${++chapter}. ${text}`);
const say = (text: string): void => console.log(`   ${text}`);
const quote = (text: string): void => {
  for (const line of text.trimEnd().split('\n')) console.log(`   | ${line}`);
};

/** What the agent is told, first lines. */
function told(answer: HookAnswer): void {
  say(`the agent is told: ${answer.decision}`);
  if (answer.reason !== '') quote(answer.reason.split('\n').slice(0, 4).join('\n'));
}

async function waiting(stage: Stage): Promise<Approval> {
  for (let n = 0; n < 100; n++) {
    const list = await stage.client.approvals();
    assert.ok(list.ok, 'the approvals are listed');
    const open = list.value.approvals.find((approval) => approval.state.kind === 'pending');
    if (open !== undefined) return open;
    await pause(50);
  }
  throw new assert.AssertionError({ message: 'the call did not wait for a person' });
}

/** Answers through the command line. Under an agent that refuses, as it should; the demo's person then uses the API. */
async function answer(stage: Stage, approval: Approval, args: readonly string[]): Promise<void> {
  const ended = await stage.castellan(...args);
  if (ended.code === 0) return quote(ended.stdout);
  assert.equal(ended.code, 2, ended.stderr);
  quote(ended.stderr);
  say('(this demo runs under an agent, so the command refuses; its person answers through the local API instead)');
  const { id, digest } = approval;
  const body =
    args[0] === 'deny'
      ? ({ answer: 'deny', reason: args.slice(2).join(' ') } as const)
      : ({ answer: 'approve', digest } as const);
  const resolved = await stage.client.resolve({ params: { id }, body });
  assert.ok(resolved.ok, 'the answer is taken');
}

const call = (id: string, tool: string, input: object, server?: string): HookCall => ({
  id: `toolu_demo_${id}`,
  tool,
  input,
  ...(server === undefined ? {} : { server }),
});

async function readsAFile(stage: Stage): Promise<void> {
  title('The agent reads a file of its project');
  const read = call('read', 'Read', { file_path: join(stage.folder, 'site', 'README.md') });
  const decided = await stage.hook('PreToolUse', read);
  told(decided);
  assert.equal(decided.decision, 'allow');
  await stage.hook('PostToolUse', read);
  say('Nobody was asked. It is recorded all the same.');
}

async function deletesTooMuch(stage: Stage): Promise<void> {
  title('The agent wants to delete far more than its project: rm -rf ~/Documents');
  const decided = stage.hook(
    'PreToolUse',
    call('rm', 'Bash', { command: 'rm -rf ~/Documents', description: 'Free some space' }),
  );
  const approval = await waiting(stage);
  say('It waits. A person sees it (`castellan pending --full`):');
  const shown = await stage.castellan('pending', '--full');
  assert.equal(shown.code, 0);
  assert.match(shown.stdout, /Documents/);
  quote(shown.stdout.trimEnd());
  say('and denies it, with a reason for the agent:');
  await answer(stage, approval, ['deny', approval.id, 'only what is in the project']);
  const answered = await decided;
  told(answered);
  assert.equal(answered.decision, 'deny');
  assert.match(answered.reason, /only what is in the project/);
}

async function sendsAMail(stage: Stage): Promise<void> {
  title('The agent wants to send an e-mail');
  const mail = { to: 'client@acme.example', subject: 'The offer', body: 'Dear client,\n\nhere is our offer.\n' };
  const send = call('mail', 'mcp__mail__send', mail, 'mail');
  const decided = stage.hook('PreToolUse', send);
  const approval = await waiting(stage);
  let approved = true;
  if (aPersonIsHere) {
    say('It waits for you. You are asked with `castellan approve`; n denies:');
    const code = await stage.castellanHere('approve');
    const after = await stage.client.approval({ params: { id: approval.id } });
    approved = code === 0 && after.ok && after.value.state.kind === 'approved';
    if (after.ok && after.value.state.kind === 'timed-out') say('Nobody answered in time, and silence is deny.');
    else if (!approved) {
      say('You did not approve; the demo denies it for you.');
      await answer(stage, approval, ['deny', approval.id]);
    }
  } else {
    say('It waits. There is no terminal to ask you on, so the demo answers for you, with `castellan approve`:');
    await answer(stage, approval, ['approve', approval.id]);
  }
  const answered = await decided;
  told(answered);
  assert.equal(answered.decision, approved ? 'allow' : 'deny');
  if (approved) await stage.hook('PostToolUse', send);
}

async function usesAnUnknownTool(stage: Stage): Promise<void> {
  title('The agent uses a tool that nobody has classified, and nobody answers');
  await shortenTheWait(stage);
  const started = Date.now();
  const answered = await stage.hook(
    'PreToolUse',
    call('unknown', 'mcp__newthing__do_it', { what: 'everything' }, 'newthing'),
  );
  say(`Silence is deny. It waited ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  told(answered);
  assert.equal(answered.decision, 'deny');
  assert.match(answered.reason, /timed out/i);
}

async function shortenTheWait(stage: Stage): Promise<void> {
  const config = join(stage.folder, 'state', 'config.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/timeoutSeconds: \d+/, 'timeoutSeconds: 3'));
  const reloaded = await stage.client.changePolicy({ body: { change: 'reload' } });
  assert.ok(reloaded.ok, reloaded.ok ? '' : `the shorter wait is in force: ${errorLines(reloaded.error).message}`);
}

async function switchesItOff(stage: Stage): Promise<void> {
  title('The agent tries to switch its keeper off');
  const answered = await stage.hook(
    'PreToolUse',
    call('self', 'Write', { file_path: join(stage.folder, 'state', 'config.yaml'), content: 'preset: full-auto' }),
  );
  told(answered);
  assert.equal(answered.decision, 'deny');
  say('No person was asked: a Critical rule denies it, whatever else is set.');
}

async function provesWhatHappened(stage: Stage): Promise<void> {
  title('What happened is proven from the files alone (`castellan ledger verify`)');
  const good = await stage.castellan('ledger', 'verify');
  quote(good.stdout);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /^verified: \d+ records/);

  say('Now one byte of a copy is flipped, in the middle of a record:');
  const copy = join(stage.folder, 'copy');
  cpSync(stage.ledger, copy, { recursive: true });
  const bytes = readFileSync(join(copy, 'journal'));
  const at = bytes.indexOf('Documents');
  assert.ok(at > 0, 'the record is found');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(join(copy, 'journal'), bytes);
  const bad = await stage.castellan('ledger', 'verify', copy);
  quote(bad.stderr.replaceAll(stage.folder, '.'));
  assert.equal(bad.code, 1, 'a changed ledger must not verify');
}

async function play(): Promise<void> {
  const started = Date.now();
  await using stage = await createStage();
  say(`A daemon runs in ${stage.folder}, on a free port; an agent is connected. Nothing the calls name is ever run.`);
  await stage.prompt('Tidy up the site, then send the client our offer');
  await readsAFile(stage);
  await deletesTooMuch(stage);
  await sendsAMail(stage);
  await usesAnUnknownTool(stage);
  await switchesItOff(stage);
  await provesWhatHappened(stage);
  console.log(`\nEverything went as told, in ${((Date.now() - started) / 1000).toFixed(1)} s. Next: npx castellan up`);
}

console.log('Castellan stands between an AI agent and everything it can touch. This is what that looks like.');
await play().catch((error: unknown) => {
  console.error(`\ndemo: error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
