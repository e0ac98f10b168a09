// The constitution's own test calls put to our policy: what it decides beside what was expected of IronCurtain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema, type JsonObject, type Outcome } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { evals } from '@castellan/testkit';
import { createEngine, type Engine } from '../../test/evals/lib/engine.ts';
import { readRows } from '../../test/evals/lib/rows.ts';

const HOME = '/home/provos';
/** Where calls run, and the project they belong to. */
export const SANDBOX = `${HOME}/.ironcurtain/sandbox`;
export const POLICY = join(import.meta.dirname, 'policy');

interface Row {
  readonly id: string;
  readonly description: string;
  readonly request: { readonly serverName: string; readonly toolName: string; readonly arguments: JsonObject };
  readonly expectedDecision: 'allow' | 'escalate' | 'deny' | 'not-allow';
}

export interface Difference {
  readonly id: string;
  readonly tool: string;
  readonly expected: Row['expectedDecision'];
  readonly got: Outcome;
  /** The rule or setting that decided. */
  readonly by: string;
  readonly shipped: boolean;
  readonly description: string;
}
export interface Score {
  readonly rows: number;
  readonly agreed: number;
  readonly differences: readonly Difference[];
}

const agrees = (expected: Row['expectedDecision'], got: Outcome): boolean => {
  switch (expected) {
    case 'allow':
      return got === 'allow';
    case 'escalate':
      return got === 'confirm' || got === 'ask';
    case 'deny':
      return got === 'deny';
    case 'not-allow':
      return got !== 'allow';
  }
};

/** The user's lists of sites, as the constitution's program had resolved them. */
function listedHosts(file: string): readonly string[] {
  const { lists } = JSON.parse(readFileSync(file, 'utf8')) as {
    lists: Readonly<Record<string, { readonly values: readonly string[] }>>;
  };
  return Object.values(lists).flatMap(({ values }) => values);
}

function engineFor(hosts: readonly string[], withShipped: boolean): Engine {
  const browser = configSchema.shape.browser.parse({ hosts });
  return createEngine({
    folder: POLICY,
    config: { browser },
    facts: createFacts({ home: HOME, stateFolder: `${HOME}/.config/castellan`, tempFolders: ['/tmp', '/var/tmp'] }),
    withoutShippedRules: !withShipped,
  });
}

/** The constitution alone, and with Castellan's own guardrails above it. null: the set is not present. */
export function scoreIronCurtain(): { readonly alone: Score; readonly guarded: Score } | null {
  const rows = readRows<Row>('agents/ironcurtain_generated.jsonl');
  const lists = evals('agents/dynamic-lists.json');
  if (rows === null || lists === null) return null;
  const hosts = listedHosts(lists);
  return { alone: score(rows, engineFor(hosts, false)), guarded: score(rows, engineFor(hosts, true)) };
}

function score(rows: readonly Row[], engine: Engine): Score {
  const own = new Set(engine.policy.rules.filter(({ id }) => id.startsWith('IC')).map(({ id }) => id));
  const differences = rows.flatMap(({ id, description, request, expectedDecision }): readonly Difference[] => {
    const tool = `${request.serverName}/${request.toolName}`;
    const { verdict, reason } = engine.judge({ tool, input: request.arguments, cwd: SANDBOX });
    if (agrees(expectedDecision, verdict.outcome)) return [];
    const shipped = reason.source.endsWith('-rule') && !own.has(reason.id);
    return [{ id, tool, expected: expectedDecision, got: verdict.outcome, by: reason.id, shipped, description }];
  });
  return { rows: rows.length, agreed: rows.length - differences.length, differences };
}
