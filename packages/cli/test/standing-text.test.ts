// How agents stand, what a verification came to and what connecting changes, as a person reads it at 80 columns.
import {
  type Situation,
  type Standing,
  standingSchema,
  type Verification,
  type VerifyCheck,
} from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foundLines, nextLines, planLines } from '../src/text/connect-text.ts';
import { oneStandingLines, standingWord } from '../src/text/standing-text.ts';
import { verificationLines } from '../src/text/verify-table.ts';
import { textWidth } from '../src/text/wrap.ts';

const NOW = 10_000_000;
const AT = { width: 80, now: NOW };
const texts = (lines: readonly { readonly text: string }[]): string =>
  lines.map(({ text }) => text.trimEnd()).join('\n');

const check = (surface: string, situation: Situation, ok = true, more: Partial<VerifyCheck> = {}): VerifyCheck => ({
  id: `${surface}/${situation}`,
  surface,
  situation,
  title: `${surface} ${situation}`,
  ok,
  seen: 'as it should',
  ...more,
});

const SITUATIONS = ['allowed', 'denied', 'confirmed', 'timed-out', 'daemon-down'] as const;
const verification = (more: Partial<Verification> = {}): Verification => ({
  agent: standing().agent,
  state: 'held',
  version: '2.1.330',
  startedAt: NOW - 14_000,
  endedAt: NOW - 2_000,
  checks: [
    ...['shell', 'file', 'gateway'].flatMap((surface) => SITUATIONS.map((each) => check(surface, each))),
    check('sub-agent', 'denied'),
    check('settings', 'settings'),
    check('shell', 'way', true, { id: 'w1' }),
    check('file', 'way', true, { id: 'w2' }),
  ],
  text: '',
  ...more,
});

function standing(more: Partial<Standing> = {}): Standing {
  return standingSchema.parse({
    agent: 'agent_abcdef',
    connector: 'claude-code',
    title: 'Claude Code',
    scope: 'user',
    mode: 'hooks',
    version: '2.1.330',
    known: true,
    gaps: [
      {
        id: 'claude-code/at-file',
        way: '`@file` in a prompt reaches the model without a call of a tool, whatever the rules say of that file',
        closedBy: 'castellan connect claude-code --scope managed',
        alarm: 'none',
      },
    ],
    verification: null,
    due: '',
    ...more,
  });
}

test('a verification that held is one table', () => {
  expect(texts(verificationLines('Claude Code', verification(), AT))).toBe(
    [
      'Claude Code 2.1.330  held  12 s',
      '            allowed:  denied:   you answer: no answer:  Castellan',
      '            it runs   stopped   as you say  stopped     away: stopped',
      'commands    ok        ok        ok          ok          ok',
      'files       ok        ok        ok          ok          ok',
      'MCP tools   ok        ok        ok          ok          ok',
      'sub-agents  -         ok        -           -           -',
      '-           not tried',
      'settings    1 of 1 stand as they were written',
      'ways past   2 of 2 closed',
    ].join('\n'),
  );
});

test('one that did not hold says what ran; one that runs shows what is still to come', () => {
  const failed = check('file', 'denied', false, {
    title: 'a write that is denied does not run',
    seen: 'the file is there: it ran',
  });
  const broken = verification({ state: 'not-held', checks: [check('file', 'allowed'), failed] });
  const text = texts(verificationLines('Codex', broken, AT));
  expect(text).toContain('Codex 2.1.330  NOT HELD  12 s');
  expect(text).toContain('files       ok        FAILED    -           -           -');
  expect(text).toContain('what failed:\n  a write that is denied does not run\n    seen: the file is there: it ran');
  const running = verification({ state: 'running', endedAt: null, checks: [check('shell', 'allowed')] });
  const going = texts(verificationLines('Codex', running, AT));
  expect(going).toContain('Codex 2.1.330  being proven  14 s, 1 done so far');
  expect(going).toContain('commands    ok        …         …           …           …');
  const none = verification({ state: 'running', endedAt: null, checks: [], version: null });
  expect(texts(verificationLines('Codex', none, AT))).toContain('files       …');
  const impossible = verification({ state: 'failed', checks: [], text: 'the client did not start' });
  expect(texts(verificationLines('Codex', impossible, AT))).toBe(
    'Codex 2.1.330  could not be proven  12 s\nthe client did not start',
  );
});

test('what stands is told by words alone', () => {
  const word = (more: Partial<Standing>) => standingWord(standing(more), NOW).text;
  expect(word({ due: 'it was never proven' })).toBe('not proven: it was never proven');
  expect(word({ verification: verification() })).toBe('held, proven 2 s ago');
  expect(word({ verification: verification(), due: 'the client is another version' })).toContain('to be proven again');
  expect(word({ verification: verification({ state: 'not-held' }) })).toContain('NOT HELD');
  expect(word({ verification: verification({ state: 'failed' }) })).toContain('could not be proven');
  expect(word({ verification: verification({ state: 'running', endedAt: null }) })).toContain('being proven');
  expect(word({ connector: 'zed' })).toContain('only a person can start it');
  expect(word({ connector: null })).toContain('by hand');
});

test('everything about one: scope, version, table, and each way past with what closes it', () => {
  const text = texts(oneStandingLines(standing({ known: false, verification: verification() }), 'work', AT));
  expect(text).toContain('work  Claude Code 2.1.330  agent_abcdef');
  expect(text).toContain('user (every project), hooks');
  expect(text).toContain('not among those tested');
  expect(text).toContain('what stays open (1):');
  expect(text).toContain('closed by: castellan connect claude-code --scope managed');
  expect(texts(oneStandingLines(standing({ gaps: [] }), 'work', AT))).toContain('no way past is known');
});

test('what is here, each with how it stands; what is not is named', () => {
  const rows = [
    { connector: 'claude-code', title: 'Claude Code', version: '2.1.330', fault: null, standings: [standing()] },
    { connector: 'zed', title: 'Zed', version: null, fault: null, standings: [] },
    { connector: 'codex', title: 'Codex', version: '0.1.0', fault: 'it is too old to be held', standings: [] },
  ] as const;
  expect(texts(foundLines(rows, ['OpenCode', 'Goose'], AT))).toBe(
    [
      'installed here:',
      '  claude-code  Claude Code 2.1.330',
      '               user: connected; only a person can start it, so nothing is',
      '               proven; 1 way past stays open',
      '  zed          Zed',
      '               not connected',
      '  codex        Codex 0.1.0',
      '               it is too old to be held',
      '',
      'not found: OpenCode, Goose',
    ]
      .map((row) => row.trimEnd())
      .join('\n'),
  );
  expect(texts(foundLines([], [], AT))).toContain('none of the agents');
});

test('a plan shows the lines that change, and hides no byte', () => {
  const plan = {
    connector: 'zed',
    title: 'Zed',
    version: null,
    scope: 'user',
    mode: 'gateway',
    files: [
      {
        path: '/home/u/.config/zed/settings.json',
        before: '{\n  "a": 1\n}\n',
        after: '{\n  "a": 1,\n  "b": "\u202e"\n}\n',
      },
    ],
    warnings: ['`notes` in the same file is not behind the gate'],
    gaps: [],
    agent: null,
    changes: true,
  } as const;
  expect(texts(planLines(plan, 80))).toContain(
    [
      '/home/u/.config/zed/settings.json',
      '  1  {',
      '- 2    "a": 1',
      '+ 2    "a": 1,',
      '+ 3    "b": "⟨U+202E⟩"',
      '  4  }',
      'note: `notes` in the same file is not behind the gate',
    ].join('\n'),
  );
  expect(texts(planLines({ ...plan, files: [{ ...plan.files[0], before: null }] }, 80))).toContain(
    'settings.json (new)',
  );
  expect(texts(planLines({ ...plan, changes: false, agent: 'agent_abcdef' }, 80))).toContain(
    'connected already as agent_abcdef',
  );
  expect(
    texts(
      nextLines([
        ['castellan verify', 'prove it'],
        ['claude', 'start it'],
      ]),
    ),
  ).toBe('next:\n  castellan verify  prove it\n  claude            start it');
});

test('nothing is wider than 80 columns, whatever is seen', () => {
  const surface = fc.constantFrom('shell', 'file', 'gateway', 'sub-agent', 'another surface of its own');
  const situation = fc.constantFrom<Situation>(...SITUATIONS, 'settings', 'way');
  fc.assert(
    fc.property(fc.array(fc.tuple(surface, situation, fc.boolean(), fc.string({ maxLength: 200 }))), (list) => {
      const checks = list.map(([one, two, ok, seen]) => check(one, two, ok, { seen, title: seen }));
      const shown = oneStandingLines(
        standing({ verification: verification({ state: 'not-held', checks }) }),
        'work',
        AT,
      );
      for (const { text } of shown) expect(textWidth(text.trimEnd())).toBeLessThanOrEqual(80);
    }),
  );
});
