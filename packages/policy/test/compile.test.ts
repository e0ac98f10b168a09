// What keeps a policy from loading: every fault at once, each with where it is and what to do.
import { type Digest, manifestSchema, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { compilePolicy, decide, toolOf } from '../src/index.ts';
import { call, DIGEST, effect, grant, KIT, NOW, policy, source } from './fixtures.ts';

const faults = (change: Parameters<typeof source>[0]): readonly string[] => {
  const compiled = compilePolicy(source(change));
  return compiled.ok
    ? []
    : compiled.faults.map(({ path, message, hint }) => `${path}: ${message}${hint ? ` (${hint})` : ''}`);
};

describe('faults', () => {
  const rows: readonly (readonly [string, Parameters<typeof source>[0], string | null])[] = [
    ['a clean policy', { rules: [{}] }, null],
    ['two rules with one id', { rules: [{}, {}] }, 'rules/own.yaml:R1: rule `R1` is already in `rules/own.yaml`'],
    ['a rule about a tool a known module lacks', { rules: [{ on: { tools: ['kit/lok'] } }] }, 'did you mean `look`?'],
    ['a rule about a tool under an alias', { rules: [{ on: { tools: ['toolkit/look'] } }] }, null],
    ['a rule about an unknown module', { rules: [{ on: { tools: ['other/x'] } }] }, null],
    ['a rule with a pattern', { rules: [{ on: { tools: ['kit/l*', '*/zzz'] } }] }, null],
    [
      'a setting for a module nearly named',
      { config: { modules: { kti: { level: 'allow' } } } },
      'did you mean `kit`?',
    ],
    ['a deny for a module nearly named', { config: { modules: { kti: { level: 'deny' } } } }, 'did you mean `kit`?'],
    [
      'a setting for a module nobody knows',
      { config: { modules: { weather: { level: 'allow' } } } },
      'write modules/weather.yaml',
    ],
    ['a deny for a module nobody knows', { config: { modules: { weather: { level: 'deny' } } } }, null],
    ['a setting under an alias', { config: { modules: { toolkit: { level: 'ask' } } } }, 'write `kit`'],
    [
      'a setting for a tool nearly named',
      { config: { modules: { kit: { tools: { shel: 'allow' } } } } },
      'did you mean `shell`?',
    ],
    ['a setting for a tool nobody knows', { config: { modules: { kit: { tools: { fly: 'allow' } } } } }, 'classify it'],
    ['a deny for a tool nobody knows', { config: { modules: { kit: { tools: { teleport: 'deny' } } } } }, null],
    ['a deny pattern naming nothing known', { config: { deny: ['weather/*', 'kit/teleport'] } }, null],
    [
      'two modules of one name',
      { manifests: [KIT, manifestSchema.parse({ ...KIT, name: 'other' })] },
      '`toolkit` already names the module',
    ],
  ];
  for (const [name, change, expected] of rows) {
    test(name, () => {
      const found = faults(change);
      if (expected === null) expect(found).toEqual([]);
      else expect(found.join('\n')).toContain(expected);
    });
  }
});

verifies(['P13'], 'every fault is reported at once, and nothing of a faulty policy is in force', () => {
  const found = faults({
    rules: [{ if: 'call.' }, { id: 'R2', on: { tools: ['kit/lok'] } }, { id: 'R2' }],
    config: { modules: { kti: { level: 'allow' } } },
  });
  expect(found).toHaveLength(4);
});

test("a user's manifest replaces the shipped one of its name", () => {
  const own = { ...source().manifests[0], source: 'modules/kit.yaml', shipped: false };
  const manifest = manifestSchema.parse({ ...KIT, tools: { critical: [{ name: 'look', label: 'Look' }] } });
  const accepted = source({ config: { modules: { kit: { accepted: DIGEST } } } });
  const compiled = compilePolicy({ ...accepted, manifests: [...source().manifests, { ...own, manifest } as never] });
  expect(compiled.ok && toolOf(compiled.value, 'kit', 'look').class).toBe('critical');
  expect(compiled.ok && toolOf(compiled.value, 'kit', 'shell').class).toBe('unclassified');
});

verifies(['P10'], 'a manifest of one’s own is believed only as it was accepted', () => {
  const [shipped] = source().manifests;
  const other: Digest = `sha256:${'1'.repeat(64)}`;
  const own = (digest: Digest) => [{ ...shipped, source: 'modules/kit.yaml', shipped: false, digest } as never];
  const classIn = (accepted: Digest | undefined, digest: Digest, tool: string) => {
    const modules = { kit: { level: 'allow', tools: { risky: 'allow' }, ...(accepted && { accepted }) } };
    const compiled = compilePolicy({ ...source({ config: { modules } }), manifests: own(digest) });
    return compiled.ok && toolOf(compiled.value, 'kit', tool).class;
  };
  for (const tool of ['look', 'risky', 'shell']) {
    expect(classIn(undefined, DIGEST, tool), `${tool} never accepted`).toBe('unclassified');
    expect(classIn(other, DIGEST, tool), `${tool} changed since`).toBe('unclassified');
    expect(classIn(DIGEST, DIGEST, tool), `${tool} accepted`).not.toBe('unclassified');
  }
  // What stays in config.yaml when its file is taken away is no reason to refuse the rest.
  const gone = compilePolicy(source({ config: { modules: { away: { accepted: DIGEST } } } }));
  expect(gone.ok).toBe(true);
});

verifies(['P1'], 'every name of a module leads to the same tools, rules, settings and grants', () => {
  const compiled = policy({
    config: { preset: 'full-auto', modules: { kit: { tools: { risky: 'ask' } } } },
    rules: [
      { id: 'own', tier: 'strict', on: { tools: ['kit/once'] } },
      { id: 'alias', tier: 'strict', on: { tools: ['toolkit/once'] } },
      { id: 'star', tier: 'strict', on: { tools: ['tool*/once'] } },
      { id: 'seen', tier: 'guideline', if: 'call.name == "kit/once"' },
    ],
  });
  const verdict = (module: string, tool: string, grants = [] as ReturnType<typeof grant>[]) =>
    decide({
      call: call(module, tool),
      effects: [effect('write')],
      policy: compiled,
      session: { ...NEW_SESSION, interactive: true },
      grants,
      now: NOW,
    });
  for (const module of ['kit', 'toolkit']) {
    expect(verdict(module, 'once').reasons.map(({ id }) => id)).toEqual(['alias', 'own', 'star', 'full-auto', 'seen']);
    expect(verdict(module, 'risky').outcome).toBe('ask');
    expect(verdict(module, 'risky', [grant()]).outcome).toBe('allow');
    expect(toolOf(compiled, module, 'look').moduleName).toBe('kit');
  }
  expect(verdict('stranger', 'once').reasons.map(({ id }) => id)).toEqual(['stranger/once']);
});
