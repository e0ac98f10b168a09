// The precedence of a verdict, row by row: every source of a floor against every source of a base.
import {
  type Effect,
  type Grant,
  NEW_SESSION,
  OUTCOMES,
  type Outcome,
  REASON_SOURCES,
  type Reason,
  type ReasonSource,
} from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { decide } from '../src/index.ts';
import { call, effect, grant, NOW, policy, UNKNOWN } from './fixtures.ts';

interface Row {
  readonly source: ReasonSource;
  readonly outcome: Outcome;
  readonly config?: {
    readonly preset?: string;
    readonly deny?: string[];
    readonly level?: Outcome;
    readonly tool?: Outcome;
  };
  readonly rules?: readonly object[];
  readonly floors?: readonly Reason[];
  readonly grants?: readonly Grant[];
  readonly effects?: readonly Effect[];
  readonly tool?: string;
}

const limit = (source: ReasonSource, outcome: Outcome): Reason => ({
  source,
  part: 'floor',
  id: 'x',
  outcome,
  text: 'x',
});

const FLOORS: readonly Row[] = [
  { source: 'critical-rule', outcome: 'deny', rules: [{ id: 'F1' }] },
  { source: 'critical-rule', outcome: 'confirm', rules: [{ id: 'F2', outcome: 'confirm' }] },
  { source: 'user-deny', outcome: 'deny', config: { deny: ['kit/*'] } },
  { source: 'user-deny', outcome: 'deny', config: { tool: 'deny' } },
  { source: 'module-deny', outcome: 'deny', config: { level: 'deny' } },
  { source: 'strict-rule', outcome: 'confirm', rules: [{ id: 'F3', tier: 'strict' }] },
  ...(['profile', 'client', 'turn'] as const).flatMap((source) =>
    (['ask', 'confirm', 'deny'] as const).map(
      (outcome): Row => ({ source, outcome, floors: [limit(source, outcome)] }),
    ),
  ),
];

const LEVELS = ['allow', 'ask', 'confirm'] as const;
const BASES: readonly Row[] = [
  { source: 'grant', outcome: 'allow', grants: [grant({ tool: 'shell' })] },
  ...LEVELS.map((level): Row => ({ source: 'tool-override', outcome: level, config: { tool: level } })),
  { source: 'safe-call', outcome: 'allow', effects: [effect('read')] },
  { source: 'safe-call', outcome: 'allow', tool: 'look', effects: [UNKNOWN] },
  ...LEVELS.map((level): Row => ({ source: 'module-level', outcome: level, config: { level } })),
  { source: 'preset', outcome: 'ask', config: { preset: 'supervised' } },
  { source: 'preset', outcome: 'confirm', config: { preset: 'autonomous' } },
  { source: 'preset', outcome: 'allow', config: { preset: 'full-auto' } },
  { source: 'preset', outcome: 'confirm', config: { preset: 'full-auto' }, effects: [effect('read'), UNKNOWN] },
  { source: 'default', outcome: 'confirm', tool: 'nobody-knows', config: { preset: 'full-auto' } },
];

function verdictOf(rows: readonly Row[], interactive = true) {
  const tool = rows.find((row) => row.tool !== undefined)?.tool ?? 'shell';
  const merged = Object.assign({}, ...rows.map((row) => row.config ?? {}));
  const { level, tool: override, ...rest } = merged as NonNullable<Row['config']>;
  const tools = override === undefined ? {} : { [tool]: override };
  const modules = level === undefined && override === undefined ? {} : { kit: { tools, ...(level ? { level } : {}) } };
  return decide({
    call: call('kit', tool, { command: 'x' }),
    effects: rows.find((row) => row.effects !== undefined)?.effects ?? [effect('write')],
    policy: policy({ config: { ...rest, modules }, rules: rows.flatMap((row) => row.rules ?? []) }),
    session: { ...NEW_SESSION, interactive },
    grants: rows.flatMap((row) => row.grants ?? []).map((each) => ({ ...each, tool })),
    floors: rows.flatMap((row) => row.floors ?? []),
    now: NOW,
  });
}

const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome);
const sourceRank = (source: ReasonSource): number => REASON_SOURCES.indexOf(source);

/** A setting of an unclassified or differently configured tool would need another manifest: those pairs cannot exist. */
const possible = (floor: Row, base: Row): boolean =>
  !(floor.config?.tool !== undefined && (base.tool === 'nobody-knows' || base.config?.tool !== undefined)) &&
  !(floor.config?.level !== undefined && base.config?.level !== undefined);

describe('every floor against every base', () => {
  let looked = 0;
  for (const floor of FLOORS) {
    for (const base of BASES) {
      if (!possible(floor, base)) continue;
      looked += 1;
      const name = `${floor.source} ${floor.outcome} over ${base.source} ${base.outcome}`;
      test(`${name} #${looked}`, () => {
        const verdict = verdictOf([base, floor]);
        const worst = rank(floor.outcome) >= rank(base.outcome) ? floor : base;
        expect(verdict.outcome).toBe(worst.outcome);
        expect(verdict.reasons[0]).toMatchObject({ source: worst.source, outcome: worst.outcome });
        expect(verdict.reasons.map((reason) => reason.source)).toEqual(
          expect.arrayContaining([floor.source, base.source]),
        );
        if (floor.rules !== undefined) expect(verdict.scope).toBe('per-call');
        expect(verdict.grant !== undefined).toBe(base.source === 'grant' && verdict.outcome === 'allow');
      });
    }
  }
  test('the table is not empty', () => expect(looked).toBeGreaterThan(150));
});

describe('every base over every later base', () => {
  for (const [index, first] of BASES.entries()) {
    for (const later of BASES.slice(index + 1)) {
      const clash = first.tool !== later.tool && (first.tool ?? later.tool) !== undefined;
      if (first.source === later.source || clash) continue;
      test(`${first.source} ${first.outcome} before ${later.source} ${later.outcome}`, () => {
        const verdict = verdictOf([first, later]);
        expect(verdict.reasons).toHaveLength(1);
        expect(verdict.reasons[0]).toMatchObject({ source: first.source, outcome: first.outcome, part: 'base' });
      });
    }
  }
});

test('of two equal outcomes the earlier source decided', () => {
  for (const a of FLOORS) {
    for (const b of FLOORS) {
      if (a.outcome !== b.outcome || a.source === b.source || (a.config && b.config)) continue;
      const first = sourceRank(a.source) < sourceRank(b.source) ? a : b;
      const lenient: Row = { source: 'preset', outcome: 'allow', config: { preset: 'full-auto' } };
      expect(verdictOf([lenient, a, b]).reasons[0]?.source).toBe(first.source);
    }
  }
});

verifies(['P6'], 'every reason that applied is listed, the deciding one first', () => {
  const verdict = verdictOf([
    { source: 'strict-rule', outcome: 'confirm', rules: [{ id: 'S', tier: 'strict' }] },
    { source: 'guideline', outcome: 'allow', rules: [{ id: 'G', tier: 'guideline' }] },
    { source: 'user-deny', outcome: 'deny', config: { deny: ['kit/shell'] } },
    { source: 'turn', outcome: 'ask', floors: [limit('turn', 'ask')] },
  ]);
  expect(verdict.outcome).toBe('deny');
  expect(verdict.reasons.map((reason) => `${reason.source} ${reason.part} ${reason.outcome}`)).toEqual([
    'user-deny floor deny',
    'strict-rule floor confirm',
    'turn floor ask',
    'preset base confirm',
    'guideline advice null',
  ]);
});

verifies(['P2'], 'ask without a terminal becomes confirm, and the reason says so', () => {
  for (const row of [...BASES, ...FLOORS].filter((each) => each.outcome === 'ask')) {
    const asked = verdictOf([{ source: 'preset', outcome: 'allow', config: { preset: 'full-auto' } }, row], true);
    expect(asked.outcome).toBe('ask');
    const alone = verdictOf([{ source: 'preset', outcome: 'allow', config: { preset: 'full-auto' } }, row], false);
    expect(alone.outcome).toBe('confirm');
    expect(alone.reasons[0]?.text).toContain('nobody sits');
  }
});

test('a floor without an outcome limits to nothing', () => {
  const broken: Reason = { source: 'turn', part: 'advice', id: 'x', outcome: null, text: 'x' };
  expect(verdictOf([{ source: 'turn', outcome: 'deny', floors: [broken] }]).outcome).toBe('deny');
});

verifies(['P3', 'P7'], 'no preset lets through what could not be told; a level, an override and a grant may', () => {
  const untold: readonly (readonly [string, readonly Effect[]])[] = [
    ['an unknown', [effect('read'), UNKNOWN]],
    ['an unknown command', [effect('execute', { certainty: 'unknown', targetKind: 'command', place: 'none' })]],
    [
      'a host nobody could read',
      [effect('connect', { certainty: 'unknown', targetKind: 'host', place: 'unresolved' })],
    ],
  ];
  for (const [name, effects] of untold) {
    const full: Row = { source: 'preset', outcome: 'confirm', config: { preset: 'full-auto' }, effects };
    const verdict = verdictOf([full]);
    expect([name, verdict.outcome, verdict.reasons[0]?.source]).toEqual([name, 'confirm', 'preset']);
    expect(verdict.reasons[0]?.text).toContain('could not be told');
    for (const looser of [{ level: 'allow' }, { tool: 'allow' }] as const)
      expect(verdictOf([{ ...full, config: { preset: 'full-auto', ...looser } }]).outcome).toBe('allow');
    expect(verdictOf([full, { source: 'grant', outcome: 'allow', grants: [grant({ tool: 'shell' })] }]).outcome).toBe(
      'allow',
    );
    expect(verdictOf([{ ...full, config: { preset: 'supervised' } }]).outcome).toBe('ask');
  }
  const known: Row = { source: 'preset', outcome: 'allow', config: { preset: 'full-auto' } };
  expect(verdictOf([{ ...known, effects: [effect('write', { certainty: 'possible' })] }]).outcome).toBe('allow');
});
