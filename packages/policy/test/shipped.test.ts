// The policy that ships: it loads, its rules keep their own tests, and it knows every tool of the clients it names.
import { canonicalJson, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { analyse, compilePolicy, decide, ruleCoverage, runRuleTests, summarise, toolOf } from '../src/index.ts';
import { call, effect, FACTS, NOW, shippedPolicy, shippedSource, UNKNOWN } from './fixtures.ts';

/**
 * Built-in tools of Claude Code 2.1.330: the list of its own telemetry names, the tools of a headless request and its
 * deferred ones, and the names that its permission rules still accept.
 */
const CLAUDE_CODE =
  `Agent Artifact AskUserQuestion Bash ClaudeDesign CronCreate CronDelete CronList Edit EndConversation
EnterPlanMode EnterWorktree ExitPlanMode ExitWorktree Glob Grep ListAgents ListMcpResourcesTool LSP Monitor NotebookEdit
OfferChromeSetup PowerShell Projects propose_skills PushNotification Read ReadMcpResourceDirTool ReadMcpResourceTool
ReadNotifications RemoteTrigger ReportFindings ScheduleWakeup SendFeedback SendMessage SendUserFile SendUserMessage SetGoal
ShareOnboardingGuide ShowOnboardingRolePicker Skill SubagentHandback TaskCreate TaskGet TaskList TaskStop TaskUpdate
TodoWrite ToolSearch WaitForMcpServers WebFetch WebSearch Workflow Write
DeferredToolPlaceholder StructuredOutput TaskOutput BashOutput KillShell KillBash Task SlashCommand MultiEdit NotebookRead
LS`.split(/\s+/);

const SERVER_FILESYSTEM = `read_file read_text_file read_media_file read_multiple_files write_file edit_file
create_directory list_directory list_directory_with_sizes directory_tree move_file search_files get_file_info
list_allowed_directories`.split(/\s+/);

/** Tools that only talk to the user or keep the agent's own lists; everything else must not be plainly safe. */
const SAFE = `Agent AskUserQuestion BashOutput CronDelete CronList DeferredToolPlaceholder EndConversation EnterPlanMode
ExitPlanMode KillBash KillShell ListAgents ListMcpResourcesTool OfferChromeSetup ReadNotifications ReportFindings
ScheduleWakeup SendUserMessage SetGoal ShowOnboardingRolePicker StructuredOutput SubagentHandback Task TaskCreate TaskGet
TaskList TaskOutput TaskStop TaskUpdate TodoWrite ToolSearch WaitForMcpServers propose_skills`.split(/\s+/);

const shipped = shippedPolicy();
const toolsIn = (name: string): readonly string[] =>
  shipped.compiled.tools.filter((info) => info.moduleName === name).map((info) => info.toolName);

test('it compiles, holds every tier, and lists its labels', () => {
  expect(shipped.labels.map(({ id, label }) => `${label} ${id}`)).toContain('private private.credentials');
  expect(new Set(shipped.rules.map((rule) => rule.tier))).toEqual(new Set(['critical', 'strict', 'guideline']));
  expect(shipped.modules.map((module) => module.manifest.name)).toEqual([
    'browser',
    'calendar',
    'castellan',
    'claude-code',
    'codex',
    'fetch',
    'filesystem',
    'git',
    'github',
    'mail',
    'memory',
    'network',
    'opencode',
    'playwright',
    'postgres',
    'puppeteer',
    'scripts',
    'sequential-thinking',
    'slack',
    'sqlite',
    'time',
    'workspace',
  ]);
});

verifies(
  ['G-S01', 'P1'],
  'every built-in tool of Claude Code is classified, and no tool is listed that it never had',
  () => {
    expect(toolsIn('claude-code').toSorted()).toEqual(CLAUDE_CODE.toSorted());
    expect(toolsIn('filesystem').toSorted()).toEqual(SERVER_FILESYSTEM.toSorted());
  },
);

test('only what cannot do harm is plainly safe', () => {
  const safe = toolsIn('claude-code').filter((tool) => toolOf(shipped, 'claude-code', tool).class === 'safe');
  expect(safe.toSorted()).toEqual(SAFE.toSorted());
});

test('every critical or by-effects tool of Claude Code declares what it does', () => {
  for (const tool of toolsIn('claude-code')) {
    const info = toolOf(shipped, 'claude-code', tool);
    if (info.class !== 'safe') expect(info.effects?.length, tool).toBeGreaterThan(0);
  }
});

describe('rules', () => {
  for (const { rule } of [...shippedSource().rules, ...shippedSource().labels]) {
    test(`${rule.id} has a case that matches and one that does not`, () => {
      expect(new Set(rule.tests.map((each) => each.matches))).toEqual(new Set([true, false]));
    });
  }
});

verifies(['P12', 'G-U'], 'the tests that ship with rules all hold', () => {
  const results = runRuleTests(shipped, FACTS);
  expect(results.length).toBeGreaterThan(200);
  expect(results.filter((result) => !result.ok)).toEqual([]);
  const gaps = ruleCoverage(shipped, results).filter(
    ({ accepts, rejects, looked }) => accepts === 0 || rejects === 0 || looked === 0,
  );
  expect(gaps).toEqual([]);
});

test('coverage counts only cases that held, and tells a rule that was never looked at', () => {
  const source = shippedSource();
  const untested = { id: 'my.untested', title: 'x', reason: 'x', remedy: 'x', tier: 'strict' as const, on: {} };
  const asked = (input: object, matches: boolean) => ({
    name: `${matches}`,
    call: { tool: 'TodoWrite', input: input as never, cwd: '/w' },
    matches,
  });
  const rules = [
    { ...untested, tests: [] },
    { ...untested, id: 'my.elsewhere', on: { tools: ['mail/send'] }, tests: [asked({}, false)] },
    { ...untested, id: 'my.wrong', if: 'has(call.args.x)', tests: [asked({ x: 1 }, false), asked({ x: 1 }, true)] },
  ].map((rule) => ({ source: 'rules/my.yaml', shipped: false, rule }));
  const compiled = compilePolicy({ ...source, rules: [...source.rules, ...rules] });
  if (!compiled.ok) throw new Error('does not compile');
  const coverage = ruleCoverage(compiled.value, runRuleTests(compiled.value, FACTS));
  expect(coverage.filter(({ rule }) => rule.startsWith('my.'))).toEqual([
    { rule: 'my.untested', accepts: 0, rejects: 0, looked: 0 },
    { rule: 'my.elsewhere', accepts: 1, rejects: 0, looked: 0 },
    { rule: 'my.wrong', accepts: 0, rejects: 1, looked: 1 },
  ]);
});

verifies(['G-U'], 'a user writes a rule in the same language, and its tests run with the shipped ones', () => {
  const own = {
    id: 'my.no-friday',
    tier: 'critical' as const,
    title: 'No mail to the whole company',
    reason: 'Everybody would read it.',
    remedy: 'Write to fewer people.',
    on: { tools: ['mail/send'] },
    if: 'call.args.to.like("all@*")',
    tests: [
      { name: 'to all', call: { tool: 'mail/send', input: { to: 'all@example.org' }, cwd: '/w' }, matches: true },
      { name: 'to one', call: { tool: 'mail/send', input: { to: 'eva@example.org' }, cwd: '/w' }, matches: false },
      { name: 'wrong on purpose', call: { tool: 'mail/list', input: {}, cwd: '/w' }, matches: true },
      { name: 'without an address', call: { tool: 'mail/send', input: {}, cwd: '/w' }, matches: true },
    ],
  };
  const source = shippedSource();
  const compiled = compilePolicy({
    ...source,
    rules: [...source.rules, { source: 'rules/my.yaml', shipped: false, rule: own }],
  });
  if (!compiled.ok) throw new Error('does not compile');
  const results = runRuleTests(compiled.value, FACTS).filter((result) => result.rule === own.id);
  expect(results.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
    'to all: true',
    'to one: true',
    'wrong on purpose: false',
    'without an address: false',
  ]);
  expect(results[2]?.text).toContain('`on` does not select it');
  expect(results[3]?.text).toContain('condition failed');
});

verifies(['G-C08'], 'an agent that answers its own approval, or changes its hooks, is refused in every preset', () => {
  for (const preset of ['supervised', 'autonomous', 'full-auto']) {
    const policy = shippedPolicy({ preset, modules: { 'claude-code': { level: 'allow', tools: { Bash: 'allow' } } } });
    for (const certainty of ['certain', 'possible', 'unknown'] as const) {
      const verdict = decide({
        call: call('claude-code', 'Bash', { command: 'castellan approve 1' }),
        effects: [effect('change-safety', { target: 'castellan', targetKind: 'command', place: 'none', certainty })],
        policy,
        session: { ...NEW_SESSION, interactive: true },
        grants: [],
        now: NOW,
      });
      expect(verdict.outcome).toBe('deny');
      expect(verdict.reasons[0]).toMatchObject({ source: 'critical-rule', id: 'C04.safety' });
    }
  }
});

verifies(['P3', 'P4'], 'what each preset makes of an ordinary session', () => {
  const story: readonly (readonly [string, object, readonly ReturnType<typeof effect>[]])[] = [
    ['Read', { file_path: 'a.txt' }, [effect('read')]],
    [
      'Read',
      { file_path: '~/.ssh/id' },
      [effect('read', { place: 'home', target: '/home/user/.ssh/id', resource: 'credentials' })],
    ],
    [
      'Bash',
      { command: 'ls' },
      [effect('execute', { target: 'ls', targetKind: 'command', place: 'none' }), effect('read')],
    ],
    ['Bash', { command: './x' }, [effect('execute', { target: '/home/user/project/x' })]],
    ['Write', { file_path: 'a.txt' }, [effect('write')]],
    [
      'WebFetch',
      { url: 'https://example.org' },
      [effect('connect', { target: 'example.org', targetKind: 'host', place: 'public' })],
    ],
    ['Skill', { skill: 'x' }, [effect('execute', { target: 'x', targetKind: 'text', place: 'none' })]],
    ['TodoWrite', {}, []],
    [
      'Bash',
      { command: 'sudo x' },
      [effect('escalate', { target: 'sudo', targetKind: 'command', place: 'none' }), UNKNOWN],
    ],
    ['Bash', { command: 'rm -rf .git' }, [effect('delete', { target: '/home/user/project/.git' })]],
    ['FutureTool', {}, [UNKNOWN]],
  ];
  const outcomes = (preset: string) => {
    const policy = shippedPolicy({ preset });
    return story.map(([tool, args, effects]) => {
      const input = call('claude-code', tool, args as never);
      const session = { ...NEW_SESSION, interactive: true };
      return decide({ call: input, effects, policy, session, grants: [], now: NOW }).outcome;
    });
  };
  expect(outcomes('supervised').join(' ')).toBe('allow confirm allow ask ask ask ask allow confirm confirm confirm');
  expect(outcomes('autonomous').join(' ')).toBe(
    'allow confirm allow confirm confirm confirm confirm allow confirm confirm confirm',
  );
  expect(outcomes('full-auto').join(' ')).toBe(
    'allow confirm allow allow allow allow allow allow confirm confirm confirm',
  );
});

verifies(['P5'], 'what a tool needs once a task and what it needs each time', () => {
  const scope = (tool: string, effects: ReturnType<typeof effect>[], module = 'claude-code') => {
    const session = { ...NEW_SESSION, interactive: false };
    return decide({ call: call(module, tool), effects, policy: shipped, session, grants: [], now: NOW }).scope;
  };
  expect(scope('Write', [effect('write')])).toBe('per-task');
  expect(scope('Skill', [])).toBe('per-call');
  expect(scope('send', [], 'mail')).toBe('per-call');
  expect(scope('navigate', [], 'browser')).toBe('per-task');
  expect(scope('Write', [effect('write', { place: 'system', target: '/etc/hosts' })])).toBe('per-call');
  expect(scope('Nothing', [])).toBe('per-call');
});

test('no summary of the shipped modules asks for an argument in a way that loses it', () => {
  for (const info of shipped.compiled.tools) {
    const places = [...(info.summary ?? '').matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? '');
    const args = Object.fromEntries(places.map((place) => [place, `value of ${place}`]));
    const { summary } = summarise(call(info.moduleName, info.toolName, args), [], shipped);
    for (const place of places) expect(summary, canonicalJson(args)).toContain(`value of ${place}`);
  }
});

test('a tool nobody classified is analysed as unknown', () => {
  const effects = analyse(call('stranger', 'x', {}), shipped, FACTS);
  expect(effects.length).toBeGreaterThan(0);
  expect(effects.every((each) => each.certainty !== 'certain' || each.kind === 'unknown')).toBe(true);
});
