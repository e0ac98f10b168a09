// What the suites of policy share: one agent, one project, and builders that say only what a case is about.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import {
  type Call,
  type Config,
  configSchema,
  type Digest,
  type Effect,
  type Facts,
  type Grant,
  type JsonObject,
  type Manifest,
  manifestSchema,
  type PolicySource,
  parseManifest,
  parseRuleFile,
  type Rule,
  ruleSchema,
} from '@castellan/contract';
import { parse } from 'yaml';
import { compilePolicy, type Policy } from '../src/index.ts';

export const DIGEST: Digest = `sha256:${'0'.repeat(64)}`;
export const NOW = 1_800_000_000_000;
export const WORKSPACE = '/home/user/project';

export function call(module: string, tool: string, args: JsonObject = {}, change: Partial<Call> = {}): Call {
  return {
    id: 'call_000001',
    agent: 'agent_000001',
    task: 'task_000001',
    session: 'session_000001',
    module,
    tool,
    arguments: args,
    cwd: WORKSPACE,
    workspace: WORKSPACE,
    origin: 'hook',
    at: NOW,
    ...change,
  };
}

export function effect(kind: Effect['kind'], change: Partial<Effect> = {}): Effect {
  const place = change.place ?? 'workspace';
  return { kind, target: `${WORKSPACE}/a.txt`, targetKind: 'path', place, certainty: 'certain', ...change };
}

export const UNKNOWN: Effect = effect('unknown', {
  target: '?',
  targetKind: 'text',
  place: 'none',
  certainty: 'unknown',
});

export function grant(change: Partial<Grant> = {}): Grant {
  return {
    id: 'grant_000001',
    agent: 'agent_000001',
    scope: { kind: 'agent' },
    module: 'kit',
    tool: 'risky',
    arguments: [],
    usesLeft: null,
    createdAt: NOW - 1000,
    expiresAt: NOW + 60_000,
    revokedAt: null,
    createdBy: 'person:local',
    text: 'anything',
    ...change,
  };
}

export const config = (change: object = {}): Config => configSchema.parse({ schema: 'castellan/config/v1', ...change });

/** A module with one tool of each class. */
export const KIT: Manifest = manifestSchema.parse({
  schema: 'castellan/module/v1',
  name: 'kit',
  version: '1',
  title: 'Kit',
  aliases: ['toolkit'],
  start: { kind: 'script' },
  tools: {
    safe: [{ name: 'look', label: 'Look' }],
    critical: [
      { name: 'risky', label: 'Risk it', effects: [{ kind: 'send', from: 'to', as: 'recipient' }] },
      { name: 'once', label: 'Do it', scope: 'per-task', effects: [{ kind: 'write', from: 'path', as: 'path' }] },
    ],
    byEffects: [
      {
        name: 'shell',
        label: 'Run',
        summary: 'Run {command}',
        scope: 'per-task',
        effects: [{ kind: 'execute', from: 'command', as: 'shell' }],
        safe: [
          { kind: 'read', places: ['workspace'] },
          { kind: 'connect', targets: ['localhost'] },
        ],
      },
      { name: 'idle', label: 'Do nothing' },
    ],
  },
});

export const rule = (change: object): Rule =>
  ruleSchema.parse({ id: 'R1', tier: 'critical', title: 'a rule', reason: 'because', remedy: 'do not', ...change });

export function source(
  change: { config?: object; rules?: readonly object[]; manifests?: readonly Manifest[] } = {},
): PolicySource {
  return {
    config: config(change.config),
    manifests: (change.manifests ?? [KIT]).map((manifest) => ({
      source: `shipped/${manifest.name}.yaml`,
      shipped: true,
      digest: DIGEST,
      manifest,
    })),
    labels: [],
    rules: (change.rules ?? []).map((each) => ({ source: 'rules/own.yaml', shipped: false, rule: rule(each) })),
    digest: DIGEST,
  };
}

export function policy(change: Parameters<typeof source>[0] = {}): Policy {
  const compiled = compilePolicy(source(change));
  if (!compiled.ok) throw new Error(compiled.faults.map((fault) => `${fault.path}: ${fault.message}`).join('\n'));
  return compiled.value;
}

const SHIPPED = new URL('../shipped/', import.meta.url);

type ShippedFiles = Pick<PolicySource, 'manifests' | 'labels' | 'rules'>;

function readShipped(): ShippedFiles {
  const files = (folder: string) =>
    readdirSync(new URL(folder, SHIPPED))
      .toSorted()
      .map((name) => {
        const text = readFileSync(new URL(`${folder}${name}`, SHIPPED), 'utf8');
        const digest: Digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
        return { source: `shipped/${folder}${name}`, shipped: true, digest, value: parse(text) as unknown };
      });
  const fail = (file: string, faults: readonly { path: string; message: string }[]): never => {
    throw new Error(`${file}: ${faults.map((fault) => `${fault.path}: ${fault.message}`).join('\n')}`);
  };
  const rules = files('rules/').map(({ value, ...entry }) => {
    const file = parseRuleFile(value);
    return { entry, file: file.ok ? file.value : fail(entry.source, file.faults) };
  });
  return {
    manifests: files('modules/').map(({ value, ...entry }) => {
      const manifest = parseManifest(value);
      return { ...entry, manifest: manifest.ok ? manifest.value : fail(entry.source, manifest.faults) };
    }),
    labels: rules.flatMap(({ entry, file }) => file.labels.map((each) => ({ ...entry, rule: each }))),
    rules: rules.flatMap(({ entry, file }) =>
      file.rules.map((each) => ({ source: entry.source, shipped: true, rule: each })),
    ),
  };
}

/** Read once for a file of tests: nobody writes to what was read. */
let shipped: ShippedFiles | null = null;

/** The shipped policy, read as a user's installation has it. */
export function shippedSource(settings: object = {}): PolicySource {
  shipped ??= readShipped();
  return { config: config(settings), ...shipped, digest: DIGEST };
}

export function shippedPolicy(settings: object = {}): Policy {
  const compiled = compilePolicy(shippedSource(settings));
  if (!compiled.ok) throw new Error(compiled.faults.map((fault) => `${fault.path}: ${fault.message}`).join('\n'));
  return compiled.value;
}

/** A world without links: where a path leads is what it says. */
export const FACTS: Facts = {
  home: '/home/user',
  stateFolder: '/home/user/.config/castellan',
  expandGlob: () => null,
  isUndoable: () => false,
  addressesAreBare: () => false,
  resolvePath(text, { cwd, workspace }) {
    const absolute = text.startsWith('~')
      ? `/home/user${text.slice(1)}`
      : text.startsWith('/')
        ? text
        : `${cwd}/${text}`;
    const parts: string[] = [];
    for (const part of absolute.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    const path = `/${parts.join('/')}`;
    const below = (folder: string) => path === folder || path.startsWith(`${folder}/`);
    const place = below('/home/user/.config/castellan')
      ? 'castellan'
      : below('/home/user/.claude') || below(`${workspace}/.claude`)
        ? 'agent-config'
        : below(workspace)
          ? 'workspace'
          : below('/tmp')
            ? 'temp'
            : below('/home/user')
              ? 'home'
              : below('/dev')
                ? 'device'
                : below('/etc') || below('/usr')
                  ? 'system'
                  : 'elsewhere';
    // A name with an ending is a file; anything else may have something below it.
    return { path, kind: /[^/.]\.[a-z0-9]+$/i.test(path) ? 'file' : 'folder', place };
  },
};
