// What the pages say of what the daemon tells: the rows, the words and the orders, without a browser.
import type { PolicyView, UndoPlan, UndoStep } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bars, measures } from '../src/pages/activity/fatigue-model.ts';
import { type Feed, withLatest, withOlder } from '../src/pages/activity/feed.ts';
import { decidedWords, resultOf } from '../src/pages/activity/model.ts';
import { checkGroups, headline, tally } from '../src/pages/checks/model.ts';
import { changeWords, foundIn, loosens, presetEffect, toolRows } from '../src/pages/modules/model.ts';
import { parseUses, reachWords } from '../src/pages/secrets/model.ts';
import { CHANNEL_FORMS, channelOf, formOf, valuesOf } from '../src/pages/settings/channel-form.ts';
import { clientWords } from '../src/pages/settings/model.ts';
import { inputPieces, nextScreen, othersWatching, type Screen } from '../src/pages/terminal/screen.ts';
import { usesOf } from '../src/pages/work/model.ts';
import { seenAsIs, toggled } from '../src/undo/model.ts';

type Row = Feed['rows'][number];
const row = (position: number): Row =>
  ({ position, call: `call_${String(position).padStart(6, '0')}` }) as unknown as Row;
const page = (positions: readonly number[], before: number | null) => ({
  rows: positions.map(row),
  before,
  searchedTo: null,
  behind: 0,
});
const positionsOf = (feed: Feed): readonly number[] => feed.rows.map(({ position }) => position);

describe('the list of calls', () => {
  test('new ones come on top, older ones below, and a known one is not there twice', () => {
    const first = withLatest(null, page([9, 8, 7], 7));
    const more = withOlder(first, 7, page([6, 5], null));
    const later = withLatest(more, page([11, 10, 9, 8], 8));
    expect(positionsOf(later)).toEqual([11, 10, 9, 8, 7, 6, 5]);
    expect(later.older).toBeNull();
  });

  test('where the latest page does not reach down to what is known, there may be a hole: the rest is asked for anew', () => {
    const feed = withLatest(withLatest(null, page([3, 2, 1], null)), page([90, 89], 89));
    expect(positionsOf(feed)).toEqual([90, 89]);
    expect(feed.older).toBe(89);
  });

  test('an answer to an older question changes nothing', () => {
    const feed = withLatest(null, page([9, 8], 8));
    expect(withOlder(feed, 3, page([2, 1], null))).toBe(feed);
  });

  test('whatever comes, it is newest first and has no call twice', () => {
    const pages = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 30 }).map((all) => all.toSorted((a, b) => b - a));
    fc.assert(
      fc.property(fc.array(pages, { minLength: 1, maxLength: 8 }), (all) => {
        let feed: Feed | null = null;
        for (const [n, positions] of all.entries()) {
          const before = positions.at(-1) ?? null;
          feed =
            feed === null || feed.older === null || n % 2 === 0
              ? withLatest(feed, page(positions, before))
              : withOlder(feed, feed.older, page(positions, before));
        }
        const shown = feed === null ? [] : positionsOf(feed);
        expect(shown).toEqual([...new Set(shown)].toSorted((a, b) => b - a));
      }),
    );
  });
});

test('what did not run is told apart from what did, also before its end is known', () => {
  expect(resultOf({ by: 'rule', status: 'refused' })).toBe('refused');
  expect(resultOf({ by: 'timeout', status: null })).toBe('refused');
  expect(resultOf({ by: 'user-approved', status: null })).toBe('open');
  expect(resultOf({ by: 'grant', status: 'succeeded' })).toBe('ran');
  expect(decidedWords('user-denied', 'mia', 'confirm')).toBe('denied by mia');
  expect(decidedWords(null, null, 'confirm')).toBe('waiting for a person');
});

test('the meter is loud where approvals are not read, and calm where nothing was asked', () => {
  const calm = { since: 0, prompts: 0, promptsPerHour: 0, medianDecisionMs: null, blind: 0, approved: 0, denied: 0 };
  const rest = { timedOut: 0, hours: Array.from({ length: 24 }, () => 0), suggestions: [] };
  expect(measures({ ...calm, ...rest }).map(({ tone }) => tone)).toEqual(['calm', 'calm', 'calm']);
  const blind = { ...calm, ...rest, prompts: 600, promptsPerHour: 25, medianDecisionMs: 900, blind: 5, approved: 10 };
  expect(measures(blind).map(({ tone }) => tone)).toEqual(['bad', 'bad', 'bad']);
  expect(bars([0, 12, 3]).map(({ height, hoursAgo }) => [height, hoursAgo])).toEqual([
    [0, 2],
    [1, 1],
    [0.25, 0],
  ]);
});

test('the checklist begins with what must be fixed', () => {
  const item = (id: string, group: 'access' | 'secrets', state: 'good' | 'warn' | 'bad') =>
    ({ id, group, title: id, state, evidence: '', fix: '' }) as const;
  const checks = [item('a', 'access', 'good'), item('b', 'secrets', 'warn'), item('c', 'secrets', 'bad')];
  expect(checkGroups(checks).map(({ group, items }) => [group, items.map(({ id }) => id)])).toEqual([
    ['secrets', ['c', 'b']],
    ['access', ['a']],
  ]);
  expect(headline(tally(checks))).toBe('1 of 3 must be fixed');
  expect(headline(tally(checks.slice(0, 1)))).toBe('all 1 are as they should be');
});

describe('modules', () => {
  const tool = (name: string) => ({ name, label: `Do ${name}`, effects: [] });
  const module = (more: object) =>
    ({
      manifest: {
        schema: 'castellan/module/v1',
        ...{ name: 'mail', version: '1', title: 'Mail', aliases: ['gmail'], start: { kind: 'script' } },
        tools: {
          safe: [tool('list')],
          critical: [{ ...tool('send'), scope: 'per-call' }],
          byEffects: [{ ...tool('move'), scope: 'per-task', safe: [] }],
        },
      },
      ...{ digest: 'sha256:0', accepted: true, source: 'shipped/mail.yaml', level: 'confirm', levelSet: false },
      overrides: {},
      ...more,
    }) as unknown as PolicyView['modules'][number];
  const view = (modules: readonly object[], more: object = {}) =>
    ({ preset: 'autonomous', deny: [], modules, ...more }) as unknown as PolicyView;
  const inForce = (one: PolicyView['modules'][number], deny: readonly string[] = []) =>
    toolRows(one, deny).map(({ name, inForce, from }) => [name, inForce, from]);

  test('each tool says what a call of it gets, and why', () => {
    expect(inForce(module({}))).toEqual([
      ['send', 'confirm', 'preset'],
      ['move', 'confirm', 'preset'],
      ['list', 'allow', 'safe'],
    ]);
    expect(inForce(module({ level: 'ask', levelSet: true, overrides: { send: 'allow' } }))).toEqual([
      ['send', 'allow', 'tool'],
      ['move', 'ask', 'module'],
      ['list', 'allow', 'safe'],
    ]);
  });

  test('a deny stands above everything, by name and by alias, and nothing of a manifest that is not accepted is believed', () => {
    expect(inForce(module({ overrides: { send: 'allow' } }), ['gmail/s*'])[0]).toEqual(['send', 'deny', 'denied']);
    expect(inForce(module({ accepted: false })).map(([, level]) => level)).toEqual(['confirm', 'confirm', 'confirm']);
    expect(inForce(module({ level: 'deny', levelSet: true, overrides: { send: 'allow' } }))[0]?.[1]).toBe('deny');
  });

  test('a tool that is called like a member of every object has no level unless somebody set one', () => {
    const odd = module({});
    const tools = { safe: [], critical: [{ ...tool('constructor'), scope: 'per-call' }], byEffects: [] };
    const named = { ...odd, manifest: { ...odd.manifest, tools } } as unknown as typeof odd;
    expect(inForce(named)).toEqual([['constructor', 'confirm', 'preset']]);
  });

  test('what a preset would change is what has no level of its own, and loosening is said', () => {
    const policy = view([module({}), module({ levelSet: true, level: 'ask' })]);
    expect(presetEffect(policy, 'full-auto')).toMatchObject({ changes: 2, looser: true, kept: ['Mail'], to: 'allow' });
    expect(presetEffect(policy, 'autonomous').changes).toBe(0);
    expect(loosens({ change: 'preset', preset: 'full-auto' }, policy)).toBe(true);
    expect(loosens({ change: 'preset', preset: 'supervised' }, policy)).toBe(true);
    expect(loosens({ change: 'level', module: 'mail', tool: 'send', level: 'deny' }, policy)).toBe(false);
    expect(loosens({ change: 'level', module: 'mail', tool: 'send', level: 'allow' }, policy)).toBe(true);
    expect(loosens({ change: 'deny', pattern: 'mail/*', denied: false }, policy)).toBe(true);
    // Nobody sorted it, so it waits, whatever the preset lets run.
    const auto = view([module({ level: 'allow' })]);
    expect(loosens({ change: 'level', module: 'mail', tool: 'unsorted', level: 'allow' }, auto)).toBe(true);
    expect(changeWords({ change: 'level', module: 'mail', level: null }, policy)).toContain('The preset decides again');
  });

  test('words find a module with all of its tools, or the tools alone', () => {
    expect(foundIn(module({}), [], 'MAIL')?.rows).toHaveLength(3);
    expect(foundIn(module({}), [], 'do send')?.rows.map(({ name }) => name)).toEqual(['send']);
    expect(foundIn(module({}), [], 'calendar')).toBeNull();
  });
});

test('uses are read a line each, and the first that is none is named', () => {
  const read = parseUses('host:api.example.org\n agent:claude,\n');
  expect(read).toEqual({
    ok: true,
    uses: [
      { kind: 'host', name: 'api.example.org' },
      { kind: 'agent', name: 'claude' },
    ],
  });
  expect(parseUses('api.example.org')).toMatchObject({ ok: false, why: expect.stringContaining('kind:name') });
  expect(parseUses('host:API.example.org')).toMatchObject({ ok: false, why: expect.stringContaining('host:API') });
  expect(reachWords([{ kind: 'agent', name: 'claude' }])).toBe('leaves for nowhere');
});

describe('channels', () => {
  const common = { tells: ['approval' as const], answers: 'sign-in' as const };
  const values = {
    ...{ contact: 'mailto:a@b.example', server: 'https://x.example', topic: 't', token: 'A', chat: '-100' },
    ...{ people: '17 = mia', webhook: 'H', host: 'smtp.example.org', port: '587', security: 'starttls', user: 'me' },
    ...{ password: 'P', from: 'a@b.example', to: 'c@d.example\ne@f.example', url: 'https://h.example', secret: 'S' },
  };
  test('every kind has a form that makes a channel, and the channel fills the form again', () => {
    for (const { kind } of CHANNEL_FORMS) {
      const made = channelOf(kind, values, common);
      if (!made.ok) throw new Error(`${kind}: ${JSON.stringify(made.faults)}`);
      expect(channelOf(kind, valuesOf(made.channel), common), kind).toEqual(made);
    }
  });
  test('what is wrong is said beside its field, and where people sign in anyway no link answers', () => {
    const made = channelOf('email', { ...values, to: '' }, common);
    expect(made.ok ? [] : made.faults.map(({ path }) => path)).toEqual(['to']);
    expect(channelOf('desktop', {}, { ...common, answers: 'link' })).toMatchObject({
      ok: true,
      channel: { answers: 'sign-in' },
    });
    expect(formOf('desktop').mayLink).toBe(false);
  });
});

test('a browser is told by what it says it is, and believed for no more', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(clientWords({ client: chrome, kind: 'browser' })).toBe('Chrome on Linux');
  expect(clientWords({ client: '', kind: 'program' })).toBe('a program');
});

describe('a terminal on the screen', () => {
  const terminal = { id: 'terminal_abcdef', columns: 80, rows: 24, watchers: ['mia'] } as never;
  const opened = (text: string, seq: number) => ({ kind: 'screen', terminal, text, seq, mayType: true }) as const;
  const start: Screen = { kind: 'opening' };
  const written = (draw: readonly { kind: string; text?: string }[]): string =>
    draw.map(({ text = '' }) => text).join('');

  test('what was drawn is not drawn again, whatever of it comes twice', () => {
    const first = nextScreen(start, opened('hello', 5), null);
    expect(written(first.draw)).toBe('hello');
    const more = nextScreen(first.screen, { kind: 'output', text: 'lo, you', seq: 10 }, null);
    expect(written(more.draw)).toBe(', you');
    expect(nextScreen(more.screen, { kind: 'output', text: 'you', seq: 10 }, null).draw).toEqual([]);
  });

  test('after a loss it goes on where it was, or begins anew where too much was missed', () => {
    const seen = { id: 'terminal_abcdef', seq: 5 };
    const on = nextScreen(start, opened(' you', 9), seen);
    expect([on.draw[0]?.kind, written(on.draw)]).toEqual(['size', ' you']);
    const anew = nextScreen(start, opened('tail', 900), seen);
    expect([anew.draw[0]?.kind, written(anew.draw)]).toEqual(['clear', 'tail']);
  });

  test('long input is cut between characters, never inside of one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 40 }), fc.nat({ max: 3 }), (text, shift) => {
        const long = 'x'.repeat(shift) + text.repeat(2000);
        const pieces = inputPieces(long);
        expect(pieces.join('')).toBe(long);
        expect(pieces.every((piece) => piece.length <= 16_384 && piece.isWellFormed() === long.isWellFormed())).toBe(
          true,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('one is left out of those who watch, once', () => {
    expect(othersWatching(['mia'], 'mia')).toBe('only you watch this');
    expect(othersWatching(['mia', 'mia', 'ada'], 'mia')).toBe('mia, ada watch this too');
  });
});

test('a budget is shown beside the limit that holds first', () => {
  const spent = { calls: 40, since: 0, tokens: 0, began: 'session' } as const;
  const uses = usesOf(spent, { calls: { warn: 10, pause: 80, stop: 90 }, minutes: {}, tokens: {} }, 120_000);
  expect(uses).toEqual([
    { of: 'calls', text: '40 of 80 calls', share: 0.5 },
    { of: 'minutes', text: '2 minutes', share: null },
  ]);
});

describe('what of an undo is chosen', () => {
  const step = (path: string, more: Partial<UndoStep> = {}): UndoStep => ({
    path,
    action: 'put-back',
    state: 'ready',
    ...more,
  });
  const planOf = (...steps: readonly UndoStep[]) => ({ steps }) as unknown as UndoPlan;
  const all = ['/a', '/a/b', '/a/b/c', '/ab'];

  test('a folder goes with what is below it, and not without', () => {
    const none = toggled(all, new Set(all), '/a');
    expect([...none]).toEqual(['/ab']);
    expect([...toggled(all, new Set(all), '/a/b/c')]).toEqual(['/ab']);
    expect([...toggled(all, none, '/a/b')]).toEqual(['/a/b', '/a/b/c', '/ab']);
  });

  test('what moved since it was seen, or was never chosen, is not sent', () => {
    const seen = planOf(step('/a'), step('/b'));
    const chosen = new Set(['/a']);
    expect(seenAsIs(seen, planOf(step('/a')), chosen)).toBe(true);
    expect(seenAsIs(seen, planOf(step('/a', { action: 'remove' })), chosen)).toBe(false);
    expect(seenAsIs(seen, planOf(step('/a', { state: 'conflict' })), chosen)).toBe(false);
    expect(seenAsIs(seen, planOf(), chosen)).toBe(false);
    expect(seenAsIs(seen, planOf(step('/a'), step('/a/new')), chosen)).toBe(false);
  });
});
