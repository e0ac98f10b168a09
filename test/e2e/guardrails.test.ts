// Every shipped rule has its stories: what it must catch and what it must let pass, through the real hook of Claude Code, the
// real analysis and the real policy. A rule that nobody wrote a story for fails here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyView } from '@castellan/contract';
import { freePort, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOME, type Played, projectFolder, rulesInForce, Stage, verdicts } from './support/guardrails.ts';
import { AUTHENTICATION } from './support/stories/authentication.ts';
import { BROWSER, BROWSER_CONFIG } from './support/stories/browser.ts';
import { DESTRUCTION } from './support/stories/destruction.ts';
import { EXFILTRATION } from './support/stories/exfiltration.ts';
import { GUIDELINES } from './support/stories/guidelines.ts';
import { MONEY, SHOP } from './support/stories/money.ts';
import { POSTS } from './support/stories/posts.ts';
import type { Story } from './support/stories/story.ts';
import { UNTRUSTED_CODE } from './support/stories/untrusted-code.ts';
import { type Json, until, type World, worldOf } from './support/world.ts';

const STORIES: readonly Story[] = [
  ...EXFILTRATION,
  ...DESTRUCTION,
  ...POSTS,
  ...MONEY,
  ...AUTHENTICATION,
  ...UNTRUSTED_CODE,
  ...BROWSER,
  ...GUIDELINES,
];

let world: World;
let stage: Stage;
let rules: PolicyView['rules'];

beforeAll(async () => {
  const home = join(tempFolder(), 'state');
  mkdirSync(join(home, 'modules'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'modules', 'shop.yaml'), JSON.stringify(SHOP));
  const config = { approvals: { timeoutSeconds: 20 }, browser: BROWSER_CONFIG };
  world = worldOf(await startDaemon({ home, config, env: { HOME } }));
  const policy = (await world.daemon.request('GET', '/v1/policy')).json() as PolicyView;
  const shop = policy.modules.find(({ manifest }) => manifest.name === 'shop');
  const accepted = await world.daemon.request('POST', '/v1/policy', {
    body: { change: 'accept', module: 'shop', digest: shop?.digest },
  });
  expect(accepted.status).toBe(200);
  stage = await Stage.open(world, projectFolder());
  rules = await rulesInForce(world);
});
afterAll(() => world[Symbol.asyncDispose]());

const told = ({ story, answer, verdict }: Played): string =>
  `${story.rule} ${JSON.stringify(story.step.input)}: ${answer}, ${verdict?.reasons.map(({ id }) => id).join(' ') ?? 'no record'}`;

/** What is wrong with one story; nothing: it went as it should. */
function wrong(played: Played): string | null {
  const { story, answer, verdict, asked } = played;
  const rule = rules.find(({ id }) => id === story.rule);
  if (rule === undefined) return `${story.rule}: no such rule`;
  if (verdict === null) return told(played);
  const named = verdict.reasons.some(({ id }) => id === story.rule);
  if (named !== story.caught) return `${story.caught ? 'not caught' : 'caught'}: ${told(played)}`;
  if (!story.caught || rule.tier === 'guideline') return null;
  // Whoever is asked reads why: the rule stands on the card, with its reason and what else to do.
  if (rule.outcome === 'confirm' && verdict.outcome === 'confirm') {
    const reason = asked?.verdict.reasons.find(({ id }) => id === story.rule);
    if (reason?.remedy === undefined || reason.text === '') return `nobody was asked in its name: ${told(played)}`;
  }
  return answer === 'deny' ? null : `let through: ${told(played)}`;
}

async function play(stories: readonly Story[]): Promise<readonly string[]> {
  const played: (Omit<Played, 'verdict'> & { readonly id: string })[] = [];
  const failed: string[] = [];
  for (const story of stories) {
    try {
      played.push(await stage.play(story));
    } catch (error) {
      failed.push(`${story.rule}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const decided = await verdicts(world);
  const wrongs = played.map(({ id, ...each }) => wrong({ ...each, verdict: decided.get(id) ?? null }));
  return [...failed, ...wrongs.filter((each) => each !== null)];
}

const about = (...prefixes: readonly string[]): readonly Story[] =>
  STORIES.filter(({ rule }) => prefixes.some((prefix) => rule.startsWith(prefix)));

const THEMES: readonly (readonly [claims: readonly string[], title: string, prefixes: readonly string[]])[] = [
  [['G-C01'], 'private data does not leave without a person who sees which and where to', ['C01.']],
  [['G-C02'], 'what cannot be brought back needs a person each time', ['C02.']],
  [['G-C03'], 'what others get to see needs a person each time', ['C03.']],
  [['G-C04', 'G-S01'], 'an agent does not change what keeps it in bounds', ['C04.', 'S01.']],
  [['G-C05'], 'keys, logins and checks are the user’s', ['C05.']],
  [['G-C06'], 'code that nobody has looked at does not run by itself', ['C06.']],
  [
    ['G-C07', 'G-S07'],
    'the browser stays where it may be, and asks before what cannot be taken back',
    ['C07.', 'S07.'],
  ],
  [['G-S04'], 'no cloud that the user has not named', ['S04.']],
  [['G-C05'], 'this machine stays as it is unless a person says so', ['S09.']],
  [['G-G'], 'advice is told and decides nothing', ['G']],
];

for (const [claims, title, prefixes] of THEMES) {
  verifies([...claims] as never, title, async () => {
    const stories = prefixes[0] === 'G' ? GUIDELINES : about(...prefixes);
    expect(stories.length).toBeGreaterThan(3);
    expect(await play(stories)).toEqual([]);
  });
}

verifies(['G-C07'], 'a page whose host was taken back may be left, and nothing else', async () => {
  const home = join(tempFolder(), 'state');
  const config = (hosts: readonly string[]) => ({ approvals: { timeoutSeconds: 20 }, browser: { hosts } });
  await using own = worldOf(await startDaemon({ home, config: config(['example.org', 'example.net']), env: { HOME } }));
  const agent = await own.connect();
  const project = projectFolder();
  const digest = async (): Promise<string> => (await own.status()).policy.digest;
  const browser = (tool: string, input: Json) =>
    agent.pre(`mcp__browser__${tool}`, input, { cwd: project, server: { name: 'browser', source: 'user' } });
  const opening = browser('navigate', { url: 'https://example.org/' });
  const [asked] = await own.waiting();
  if (asked === undefined) throw new Error('nobody was asked');
  await own.approve(asked);
  expect((await opening).verdict).toBe('allow');

  const before = await digest();
  const text = JSON.stringify({ schema: 'castellan/config/v1', ...config(['example.net']) });
  writeFileSync(join(home, 'config.yaml'), text);
  await until('the new configuration', async () => ((await digest()) === before ? undefined : true));

  const clicked = await browser('click', { element: 'Next page' });
  expect(clicked.verdict).toBe('deny');
  expect(clicked.reason).toContain('not named');
  const leaving = browser('navigate', { url: 'https://example.net/' });
  const [second] = await own.waiting();
  if (second === undefined) throw new Error('nobody was asked');
  expect(second.verdict.reasons.map(({ id }) => id)).not.toContain('C07.shown-page');
  await own.deny(second);
  await leaving;
});

verifies(
  ['G-C04'],
  'an agent does not reach the server that decides about it, on whichever port it listens',
  async () => {
    const home = join(tempFolder(), 'state');
    const [configured, other] = [await freePort(), await freePort()];
    const config = { approvals: { timeoutSeconds: 1 }, listen: { port: configured } };
    // The environment says 0: the system picks a port that no configuration names.
    await using own = worldOf(await startDaemon({ home, config, env: { HOME, CASTELLAN_PORT: '0' } }));
    const agent = await own.connect();
    const { port } = own.daemon.state;
    expect(port).not.toBe(configured);
    const asked = (command: string) => agent.pre('Bash', { command, description: 'x' }, { cwd: projectFolder() });
    for (const command of [
      `curl http://127.0.0.1:${port}/v1/approvals`,
      `curl -d approve http://localhost:${port}/v1/approvals/1`,
      `curl -s 'http://[::1]:${port}/'`,
      `echo x > /dev/tcp/127.0.0.1/${port}`,
      // Where it will listen when it is started again.
      `curl http://127.0.0.1:${configured}/`,
    ]) {
      const { verdict, reason } = await asked(command);
      expect([command, verdict, reason]).toEqual([command, 'deny', expect.stringContaining('server that decides')]);
    }
    expect((await asked(`curl -s http://127.0.0.1:${other}/health`)).reason).not.toContain('server that decides');
  },
);

/** Rules whose stories need a daemon of their own, above; and a fault of ours, which no agent can be told to bring about. */
const APART = new Set(['C07.shown-page', 'C04.own-port', 'C00.fault']);

test('every rule in force has a story it catches and one it lets pass', () => {
  const missing = rules
    .filter(({ id }) => !APART.has(id))
    .flatMap(({ id }) => {
      const own = STORIES.filter(({ rule }) => rule === id);
      return [
        ...(own.some(({ caught }) => caught) ? [] : [`${id}: none it catches`]),
        ...(own.some(({ caught }) => !caught) ? [] : [`${id}: none it lets pass`]),
      ];
    });
  expect(rules.length).toBeGreaterThan(60);
  expect(missing).toEqual([]);
});

test('every story is about a rule in force', () => {
  const ids = new Set(rules.map(({ id }) => id));
  expect(STORIES.filter(({ rule }) => !ids.has(rule)).map(({ rule }) => rule)).toEqual([]);
});
