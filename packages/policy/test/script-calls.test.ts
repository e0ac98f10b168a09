// What a script does by itself is judged like what anybody does: by its effects, its rules, and by which script it is.
import { NEW_SESSION } from '@castellan/contract';
import { expect, test } from 'vitest';
import { analyse, decide, summarise } from '../src/index.ts';
import { call, DIGEST, FACTS, NOW, policy, rule, shippedPolicy } from './fixtures.ts';

const shipped = shippedPolicy();
const script = { name: 'nightly', digest: DIGEST, run: 'run_000001' } as const;

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
  const judged = (by: typeof script | undefined) => {
    const made = call('kit', 'look', {}, by === undefined ? {} : { origin: 'script', script: by });
    return decide({ call: made, effects: [], policy: own, session: NEW_SESSION, grants: [], now: NOW }).reasons[0]?.id;
  };
  expect(judged(script)).toBe('R1');
  expect(judged(undefined)).not.toBe('R1');
});
