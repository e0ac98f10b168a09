// The policy folder while the daemon runs: changes take effect whole or not at all, and nothing that goes wrong loosens.
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveEvent, PolicyView } from '@castellan/contract';
import { startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  agentOver,
  MAIL,
  ofKind,
  SEND,
  sleep,
  type TestAgent,
  UNHURRIED,
  until,
  type World,
  world,
  worldOf,
} from './support/world.ts';

const SCHEMA = 'schema: castellan/config/v1\n';
/** Short waits, and whatever else. */
const config = (rest = ''): string =>
  `${SCHEMA}approvals: { timeoutSeconds: 20 }\nlimits: ${JSON.stringify(UNHURRIED)}\n${rest}`;
const RULE = `schema: castellan/rules/v1
rules:
  - id: MINE
    tier: critical
    outcome: deny
    title: No lists
    reason: The user wants no lists.
    remedy: Do without.
    on: { tools: [claude-code/TodoWrite] }
`;
const LETTER = { to: 'a@b.c', subject: 'x', body: 'y' };

let it: World;
let agent: TestAgent;
const path = (...names: readonly string[]): string => join(it.daemon.home, ...names);
const policy = async (): Promise<PolicyView> => (await it.daemon.request('GET', '/v1/policy')).json() as PolicyView;
const change = (body: unknown) => it.daemon.request('POST', '/v1/policy', { body });
const reload = () => change({ change: 'reload' });
/** Writes as an editor that replaces the file does. */
function replace(name: string, content: string | Uint8Array): void {
  writeFileSync(path(`.${name.replaceAll('/', '-')}.new`), content);
  renameSync(path(`.${name.replaceAll('/', '-')}.new`), path(name));
}
const list = () => agent.pre('TodoWrite', { todos: [] });

beforeAll(async () => {
  it = await world();
  agent = await it.connect();
  replace('config.yaml', config());
  expect((await reload()).status).toBe(200);
});
afterAll(() => it[Symbol.asyncDispose]());

verifies(['P13'], 'a change is seen whichever way an editor writes, within a second or two', async () => {
  const file = path('config.yaml');
  const ways: readonly (readonly [string, (text: string) => Promise<void>])[] = [
    ['rename over it', async (text) => replace('config.yaml', text)],
    ['write in place', async (text) => writeFileSync(file, text)],
    [
      'truncate, then write in two steps',
      async (text) => {
        truncateSync(file, 0);
        writeFileSync(file, text.slice(0, 30));
        await sleep(30);
        writeFileSync(file, text);
      },
    ],
    [
      'delete, then create',
      async (text) => {
        rmSync(file);
        await sleep(30);
        writeFileSync(file, text);
      },
    ],
    [
      'move away, then create',
      async (text) => {
        renameSync(file, `${file}~`);
        writeFileSync(file, text);
        rmSync(`${file}~`);
      },
    ],
  ];
  for (const [what, write] of ways) {
    for (const [rest, verdict] of [
      ['deny: [claude-code/TodoWrite]\n', 'deny'],
      ['', 'allow'],
    ] as const) {
      await write(config(rest));
      const seen = await until(what, async () => ((await list()).verdict === verdict ? true : undefined));
      expect(seen).toBe(true);
    }
  }
  expect((await it.status()).policy.faults).toEqual([]);
});

verifies(['P13', 'G-U'], 'rules and modules are read again too', async () => {
  writeFileSync(path('rules', 'mine.yaml'), RULE);
  expect(await until('the rule', async () => ((await list()).verdict === 'deny' ? 'yes' : undefined))).toBe('yes');
  expect((await list()).reason).toContain('The user wants no lists.');
  rmSync(path('rules', 'mine.yaml'));
  expect(await until('its end', async () => ((await list()).verdict === 'allow' ? 'yes' : undefined))).toBe('yes');
  const module = 'schema: castellan/module/v1\nname: notes\nversion: "1"\ntitle: Notes\nstart: { kind: script }\n';
  writeFileSync(path('modules', 'notes.yaml'), `${module}tools: { safe: [{ name: look, label: Look }] }\n`);
  const look = () => agent.check('notes/look', {}, { session: 'n' });
  const { digest } = await until('the module', async () =>
    (await policy()).modules.find(({ manifest }) => manifest.name === 'notes'),
  );
  expect((await change({ change: 'accept', module: 'notes', digest })).status).toBe(200);
  expect((await look()).kind).toBe('run');
  rmSync(path('modules', 'notes.yaml'));
  await until('its end', async () =>
    (await policy()).modules.some(({ manifest }) => manifest.name === 'notes') ? undefined : 1,
  );
});

verifies(['P13', 'P8'], 'a bad file of any kind keeps the last good policy, says why, alarms and records', async () => {
  const denies = config('deny: [claude-code/TodoWrite]\n');
  replace('config.yaml', denies);
  await reload();
  const good = await policy();
  const stream = await it.events();
  const bad: readonly (readonly [string, string | Uint8Array])[] = [
    ['nothing', ''],
    ['no version', 'preset: full-auto\n'],
    ['a newer version', 'schema: castellan/config/v2\n'],
    ['a list', '- a\n'],
    ['not UTF-8', Buffer.concat([Buffer.from(config()), Buffer.from([0xff])])],
    ['a member twice', `${config()}preset: supervised\npreset: full-auto\n`],
    ['two documents', `${config()}---\n${config()}`],
    ['an alias bomb', `${config()}x: &a [1]\ny: &b [*a, *a]\nmodules: *b\n`],
    ['broken quotes', `${config()}preset: "full\n`],
    ['half of it', denies.slice(0, denies.length - 12)],
    ['a wait of years', `${SCHEMA}approvals: { timeoutSeconds: 99999999 }\n`],
    ['no wait at all', `${SCHEMA}approvals: { timeoutSeconds: -1 }\n`],
    ['a level that is none', `${config()}modules: { mail: { level: maybe } }\n`],
    ['an unknown member', `${config()}allow: [everything/*]\n`],
    ['a port that is none', `${config()}listen: { port: 70000 }\n`],
    ['an address that is not loopback', `${config()}listen: { host: 0.0.0.0 }\n`],
  ];
  for (const [what, content] of bad) {
    replace('config.yaml', content);
    const answer = await reload();
    expect(answer.status, what).toBe(400);
    expect(answer.text, what).toContain('the last good policy stays in force');
    const now = await policy();
    expect({ ...now, faults: [] }, what).toEqual(good);
    expect(now.faults[0], what).toMatch(/config\.yaml|C08/);
    expect(
      (await it.status()).alarms.map(({ kind }) => kind),
      what,
    ).toEqual(['policy-rejected']);
    expect((await list()).verdict, what).toBe('deny');
  }
  rmSync(path('config.yaml'));
  expect((await reload()).status, 'gone').toBe(400);
  expect((await list()).verdict, 'gone').toBe('deny');
  // Faults of several files at once, and of things that are no files.
  replace('config.yaml', denies);
  writeFileSync(path('rules', 'a.yaml'), 'schema: castellan/rules/v1\nrules: [{ id: A }]\n');
  writeFileSync(path('rules', 'b.yaml'), 'rules: no\n');
  writeFileSync(path('modules', 'c.yaml'), '\t');
  mkdirSync(path('rules', 'd.yaml'));
  symlinkSync('/etc/passwd', path('modules', 'e.yaml'));
  expect((await reload()).status).toBe(400);
  const faults = (await policy()).faults.join('\n');
  for (const place of ['rules/a.yaml:2', 'rules/b.yaml:1', 'modules/c.yaml', 'rules/d.yaml', 'modules/e.yaml'])
    expect(faults, place).toContain(place);
  for (const name of ['rules/a.yaml', 'rules/b.yaml', 'modules/c.yaml', 'modules/e.yaml']) rmSync(path(name));
  rmSync(path('rules', 'd.yaml'), { recursive: true });
  expect((await reload()).status).toBe(200);
  expect((await it.status()).alarms, 'the alarm is over').toEqual([]);
  const records = await it.records();
  expect(ofKind(records, 'policy').filter(({ change: kind }) => kind === 'rejected').length).toBeGreaterThan(
    bad.length,
  );
  expect(ofKind(records, 'alarm').length).toBeGreaterThan(1);
  const kinds = new Set(stream.seen.map((event: LiveEvent) => event.kind));
  expect(kinds).toContain('alarm');
  expect(kinds).toContain('policy');
  stream.close();
  replace('config.yaml', config());
  await reload();
});

verifies(['P8', 'P3'], "a user's deny survives presets, levels, grants, reloads and a restart", async () => {
  const own = await world({ preset: 'autonomous' });
  const first = await own.connect();
  const post = async (body: unknown) => {
    const response = await own.daemon.request('POST', '/v1/policy', { body });
    expect(response.status, response.text).toBe(200);
  };
  const send = (by = first) => by.pre(SEND, LETTER, { server: MAIL });
  await post({ change: 'deny', pattern: 'mail/*', denied: true });
  await own.daemon.request('POST', '/v1/grants', {
    body: { agent: first.id, scope: { kind: 'agent' }, module: 'mail', tool: 'send', minutes: 60 },
  });
  for (const preset of ['supervised', 'full-auto', 'autonomous', 'full-auto']) {
    await post({ change: 'preset', preset });
    await post({ change: 'level', module: 'mail', level: 'allow' });
    await post({ change: 'level', module: 'mail', tool: 'send', level: 'allow' });
    expect((await send()).verdict, preset).toBe('deny');
    await post({ change: 'reload' });
    expect((await send()).verdict, `${preset}, reloaded`).toBe('deny');
  }
  const search = await first.pre('mcp__mail__search', { query: 'x' }, { server: MAIL });
  expect(search.verdict, 'safe tools too').toBe('deny');
  await own.daemon.kill();
  const again = worldOf(await startDaemon({ home: own.daemon.home }));
  const same = agentOver(again.daemon, first.id, first.credential);
  const answer = await send(same);
  expect(answer.verdict, 'after a restart').toBe('deny');
  expect(answer.reason).toContain('you denied');
  await again[Symbol.asyncDispose]();
});

verifies(['P13', 'P8', 'H5'], 'a tightened policy reaches a call that waits', async () => {
  const cases = [
    ['a deny', () => change({ change: 'deny', pattern: 'mail/send', denied: true })],
    ['a level', () => change({ change: 'level', module: 'mail', tool: 'send', level: 'deny' })],
    [
      'a rule',
      () => {
        writeFileSync(path('rules', 'tight.yaml'), RULE.replace('claude-code/TodoWrite', 'mail/send'));
        return reload();
      },
    ],
  ] as const;
  for (const [what, tighten] of cases) {
    const waiting = agent.pre(SEND, LETTER, { server: MAIL });
    const [approval] = await it.waiting();
    expect((await tighten()).status, what).toBe(200);
    if (approval !== undefined) await it.approve(approval);
    const answer = await waiting;
    expect(answer.verdict, what).toBe('deny');
    const outcome = await until('its outcome', async () =>
      ofKind(await it.records(`call:${approval?.call}`), 'outcome').at(0),
    );
    expect(outcome, what).toMatchObject({ status: 'refused', by: 'rule' });
    rmSync(path('rules', 'tight.yaml'), { force: true });
    replace('config.yaml', config());
    await reload();
  }
});

verifies(['P13'], 'under constant change every decision is by one whole policy', async () => {
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; n += 1) {
      // Each alone denies; a mixture of the two (no deny and no rule) would allow.
      if (n % 2 === 0) {
        writeFileSync(path('rules', 'mine.yaml'), RULE);
        await reload();
        replace('config.yaml', config());
      } else {
        replace('config.yaml', config('deny: [claude-code/TodoWrite]\n'));
        await reload();
        rmSync(path('rules', 'mine.yaml'), { force: true });
      }
      await reload();
    }
  })();
  await until('the first', async () => ((await list()).verdict === 'deny' ? 1 : undefined));
  const verdicts = new Set<string>();
  for (let n = 0; n < 60; n += 1) verdicts.add((await list()).verdict);
  writing = false;
  await writer;
  expect([...verdicts]).toEqual(['deny']);
});
