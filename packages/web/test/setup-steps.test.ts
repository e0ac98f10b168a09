// Set-up says of itself only what is so: ticks are facts, and what is left is reminded of until it is there.
import { describe, expect, test } from 'vitest';
import {
  doneSteps,
  type Facts,
  hasBegun,
  keepStep,
  keptStep,
  notedSteps,
  noteStep,
  openSteps,
} from '../src/pages/setup/steps.ts';

const NOTHING: Facts = {
  user: { factors: { totp: false, passkeys: 0, recoveryCodes: 0 } },
  preset: 'autonomous',
  agents: [],
  noted: [],
};
const done = (facts: Partial<Facts>) => [...doneSteps({ ...NOTHING, ...facts })];

const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
};

describe('the steps of set-up', () => {
  test('a step that was passed by is not done', () => {
    expect(done({})).toEqual(['account']);
    expect(done({ user: { factors: { totp: true, passkeys: 0, recoveryCodes: 8 } } })).toEqual(['account', 'factor']);
    expect(done({ preset: 'supervised' })).toEqual(['account', 'preset']);
    expect(done({ noted: ['preset', 'test'] })).toEqual(['account', 'preset', 'test']);
  });

  test('a test call is no agent, nor is one that was disconnected', () => {
    expect(done({ agents: [{ kind: 'demo', revokedAt: null }] })).toEqual(['account']);
    expect(done({ agents: [{ kind: 'claude-code', revokedAt: 5 }] })).toEqual(['account']);
    expect(done({ agents: [{ kind: 'claude-code', revokedAt: null }] })).toEqual(['account', 'agents']);
  });

  test('an account that was made in a terminal is reminded of all that is open', () => {
    expect(openSteps(new Set(['account']), false)).toEqual(['factor', 'preset', 'agents', 'test']);
    expect(openSteps(new Set(['account', 'factor']), false)).toEqual(['preset', 'agents', 'test']);
  });

  test('another browser of a house that stands is left in peace, the one that began is not', () => {
    const stands = new Set(['account', 'factor', 'agents'] as const);
    expect(openSteps(stands, false)).toEqual([]);
    expect(openSteps(stands, true)).toEqual(['preset', 'test']);
  });

  test('what this browser keeps', () => {
    const here = storage();
    expect(hasBegun(here)).toBe(false);
    keepStep(here, 'agents');
    expect([hasBegun(here), keptStep(here)]).toEqual([true, 'agents']);
    noteStep(here, 'test');
    noteStep(here, 'preset');
    noteStep(here, 'test');
    expect(notedSteps(here).filter((step) => step !== '')).toEqual(['test', 'preset']);
  });
});
