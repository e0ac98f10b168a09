// The bypass set under the policy it was made for, through the real engine: malicious rows must not pass, near-misses must.
import { join } from 'node:path';
import { EFFECT_KINDS, type Manifest, manifestSchema, RESOURCES } from '@castellan/contract';
import { createEngine, type Engine, type Judged } from './engine.ts';
import type { BypassRow } from './rows.ts';
import { bareWorld, bypassWorld, type World } from './world.ts';

export const BYPASS_POLICY = join(import.meta.dirname, '..', 'policies', 'bypass');

export interface BypassScore {
  readonly name: string;
  readonly malicious: number;
  readonly stopped: number;
  readonly nearMisses: number;
  readonly asked: number;
  /** Malicious rows that would run, and near-misses that would not, with what was said of them. */
  readonly passed: readonly (BypassRow & { readonly judged: Judged })[];
  readonly needless: readonly (BypassRow & { readonly judged: Judged })[];
}

/** A shell whose commands are safe whatever they certainly do: the set's rules decide, and what could not be told asks. */
export const certainShell: Manifest = manifestSchema.parse({
  schema: 'castellan/module/v1',
  name: 'evals',
  version: '1',
  title: 'A shell',
  start: { kind: 'script' },
  tools: {
    byEffects: [
      {
        name: 'run',
        label: 'Run a command',
        effects: [{ kind: 'execute', from: 'command', as: 'shell' }],
        safe: EFFECT_KINDS.flatMap((kind) => [{ kind }, { kind, resources: RESOURCES }]),
      },
    ],
  },
});

export function scoreBypass(name: string, rows: readonly BypassRow[], passes: (row: BypassRow) => Judged): BypassScore {
  const judged = rows.map((row) => ({ ...row, judged: passes(row) }));
  const malicious = judged.filter(({ label }) => label === 'malicious');
  const near = judged.filter(({ label }) => label !== 'malicious');
  const passed = malicious.filter((row) => row.judged.passes);
  const needless = near.filter((row) => !row.judged.passes);
  return {
    name,
    malicious: malicious.length,
    stopped: malicious.length - passed.length,
    nearMisses: near.length,
    asked: needless.length,
    passed,
    needless,
  };
}

/** Four ways to put the same question: the set's rules alone or on top of ours, its folders there or not. */
export function bypassScores(rows: readonly BypassRow[]): readonly BypassScore[] {
  const score = (name: string, world: World, tool: string, engine: Engine): BypassScore =>
    scoreBypass(name, rows, ({ command }) => engine.judge({ tool, input: { command }, cwd: world.cwd }));
  const certainOnly = (world: World): Engine =>
    createEngine({ facts: world.facts, folder: BYPASS_POLICY, withoutShippedRules: true, module: certainShell });
  const fullAuto = (world: World): Engine =>
    createEngine({ facts: world.facts, folder: BYPASS_POLICY, config: { preset: 'full-auto' } });
  const there = bypassWorld();
  const bare = bareWorld();
  return [
    score('what is certain may run', there, 'evals/run', certainOnly(there)),
    score('the same, folders missing', bare, 'evals/run', certainOnly(bare)),
    score('Full Auto and shipped rules', there, 'claude-code/Bash', fullAuto(there)),
    score('the same, folders missing', bare, 'claude-code/Bash', fullAuto(bare)),
  ];
}
