// How long one decision takes as the policy grows: 30, 300 and 3,000 rules, ten a tool, each with a condition over the
// arguments (seven in ten a chain of `and`, three an `or`). Beside it, in the same run, engines a user could take instead,
// given the same rules and calls. Measured twice: calls about the same three tools, so that only the policy around them
// grows, and calls about all tools in turn, which with 300 tools also miss the processor's caches. Peers that are not
// installed are said to be; BENCH_PEERS names a folder that has them in its node_modules.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NEW_SESSION } from '@castellan/contract';
import {
  type Call,
  configSchema,
  type Effect,
  manifestSchema,
  type PolicySource,
  ruleSchema,
} from '../packages/contract/src/index.ts';
import { compilePolicy, decide } from '../packages/policy/src/index.ts';
import { report } from './lib/spread.ts';

const SIZES = [30, 300, 3000] as const;
const RULES_A_TOOL = 10;
const ROUNDS = process.argv.includes('--quick') ? 5 : 21;
const BATCH_MS = 8;
const PROMISE = { micros: 10, growth: 2 };

type Size = (typeof SIZES)[number];
/** One decision about the nth call; gives whether the call may run, so that all can be checked to agree. */
type Contender = (index: number) => boolean;

const toolName = (tool: number): string => `tool_${tool}`;
const marker = (tool: number, rule: number): string => `forbidden-${tool}-${rule}`;
/** Three rules in ten are of a shape that no first test can dismiss. */
const isOr = (rule: number): boolean => rule % 3 === 2;
/** Calls in turn about every tool; every eleventh trips a rule. */
const commandOf = (index: number, tools: number): string =>
  `run --in src/packages/app ${index % 11 === 0 ? marker(index % tools, index % RULES_A_TOOL) : 'build'} --verbose`;

function castellan(size: Size, spread: number): Contender {
  const tools = size / RULES_A_TOOL;
  const used = Math.min(tools, spread);
  const each = <T>(make: (tool: number, rule: number) => T): T[] =>
    Array.from({ length: size }, (_, n) => make(Math.floor(n / RULES_A_TOOL), n % RULES_A_TOOL));
  const digest = `sha256:${'0'.repeat(64)}` as const;
  const manifest = manifestSchema.parse({
    schema: 'castellan/module/v1',
    name: 'bench',
    version: '1',
    title: 'Bench',
    start: { kind: 'script' },
    tools: { critical: Array.from({ length: tools }, (_, tool) => ({ name: toolName(tool), label: 'A tool' })) },
  });
  const source: PolicySource = {
    config: configSchema.parse({ schema: 'castellan/config/v1', preset: 'full-auto' }),
    // A manifest of one's own counts once it was accepted; this one stands for a shipped one.
    manifests: [{ source: 'bench.yaml', shipped: true, digest, manifest }],
    labels: [],
    rules: each((tool, rule) => ({
      source: 'bench.yaml',
      shipped: false,
      rule: ruleSchema.parse({
        id: `R${tool}-${rule}`,
        tier: 'critical',
        title: 'a rule',
        reason: 'it holds the marker',
        remedy: 'leave it out',
        on: { tools: [`bench/${toolName(tool)}`] },
        if: isOr(rule)
          ? `call.args.command.contains("${marker(tool, rule)}") || call.origin == "schedule"`
          : `call.args.command.contains("${marker(tool, rule)}") && call.origin == "hook"`,
      }),
    })),
    digest,
  };
  const compiled = compilePolicy(source);
  if (!compiled.ok) throw new Error(compiled.faults.map((fault) => fault.message).join('; '));
  const effects: Effect[] = [
    { kind: 'write', target: '/home/user/project/a', targetKind: 'path', place: 'workspace', certainty: 'certain' },
  ];
  const session = { ...NEW_SESSION, interactive: true };
  return (index) => {
    // Made anew each time, as a call that has just been parsed is.
    const call: Call = {
      id: 'call_000001',
      agent: 'agent_000001',
      task: 'task_000001',
      session: 'session_000001',
      module: 'bench',
      tool: toolName(index % used),
      arguments: { command: commandOf(index, used), description: 'build the application' },
      cwd: '/home/user/project',
      workspace: '/home/user/project',
      origin: 'hook',
      at: 0,
    };
    return decide({ call, effects, policy: compiled.value, session, grants: [], now: 0 }).outcome === 'allow';
  };
}

const resolver = createRequire(join(process.env.BENCH_PEERS ?? import.meta.dirname, 'peers.js'));
async function load(name: string): Promise<Record<string, never> | null> {
  try {
    const path = resolver.resolve(name);
    const loaded = (await import(pathToFileURL(path).href)) as Record<string, never>;
    return { ...(loaded.default as object | undefined), ...loaded } as Record<string, never>;
  } catch {
    return null;
  }
}

type Build = (size: Size) => Promise<Contender>;
type Peer = { readonly name: string; readonly build: Build } | { readonly name: string; readonly absent: string };

/** CASL: rules by action and subject, conditions as queries. It has no substring test but a regular expression, and no `or` but two rules. */
async function casl(): Promise<Peer> {
  const name = '@casl/ability';
  const library = await load(name);
  if (library === null) return { name, absent: 'not installed' };
  const { AbilityBuilder, createMongoAbility, subject } = library as unknown as {
    AbilityBuilder: new (
      of: unknown,
    ) => { can: Rule; cannot: Rule; build(): { can(action: string, on: object): boolean } };
    createMongoAbility: unknown;
    subject: (type: string, object: object) => object;
  };
  type Rule = (action: string, on: string, conditions?: object) => void;
  return {
    name,
    build: async (size) => {
      const tools = size / RULES_A_TOOL;
      const builder = new AbilityBuilder(createMongoAbility);
      for (let tool = 0; tool < tools; tool += 1) {
        builder.can(toolName(tool), 'call');
        for (let rule = 0; rule < RULES_A_TOOL; rule += 1) {
          const command = { $regex: new RegExp(marker(tool, rule)) };
          if (isOr(rule)) {
            builder.cannot(toolName(tool), 'call', { command });
            builder.cannot(toolName(tool), 'call', { origin: 'schedule' });
          } else builder.cannot(toolName(tool), 'call', { command, origin: 'hook' });
        }
      }
      const ability = builder.build();
      return (index) =>
        ability.can(toolName(index % tools), subject('call', { command: commandOf(index, tools), origin: 'hook' }));
    },
  };
}

/** Cedar: a policy set parsed once and kept by id, one `forbid` a rule. */
async function cedar(): Promise<Peer> {
  const name = '@cedar-policy/cedar-wasm';
  const library = await load(`${name}/nodejs`);
  if (library === null) return { name, absent: 'not installed' };
  const { preparsePolicySet, statefulIsAuthorized } = library as unknown as {
    preparsePolicySet: (id: string, policies: object) => { type: string };
    statefulIsAuthorized: (call: object) => { type: string; response?: { decision: string } };
  };
  return {
    name,
    build: async (size) => {
      const tools = size / RULES_A_TOOL;
      const rules = ['permit(principal, action, resource);'];
      for (let n = 0; n < size; n += 1) {
        const [tool, rule] = [Math.floor(n / RULES_A_TOOL), n % RULES_A_TOOL];
        rules.push(
          `forbid(principal, action == Action::"${toolName(tool)}", resource) when { context.command like "*${marker(tool, rule)}*" ${isOr(rule) ? '|| context.origin == "schedule"' : '&& context.origin == "hook"'} };`,
        );
      }
      const id = `bench-${size}`;
      const parsed = preparsePolicySet(id, { staticPolicies: rules.join('\n') });
      if (parsed.type !== 'success') throw new Error('Cedar did not take the policies');
      return (index) => {
        const answer = statefulIsAuthorized({
          principal: { type: 'Agent', id: 'a' },
          action: { type: 'Action', id: toolName(index % tools) },
          resource: { type: 'Module', id: 'bench' },
          context: { command: commandOf(index, tools), origin: 'hook' },
          preparsedPolicySetId: id,
          entities: [],
        });
        if (answer.type !== 'success') throw new Error('Cedar failed');
        return answer.response?.decision === 'allow';
      };
    },
  };
}

/** OPA: its library runs WebAssembly that only the `opa` program makes; no package of the npm registry brings that. */
async function opa(): Promise<Peer> {
  const name = '@open-policy-agent/opa-wasm';
  const library = await load(name);
  if (library === null) return { name, absent: 'not installed' };
  try {
    execFileSync('opa', ['version'], { stdio: 'ignore' });
  } catch {
    return { name, absent: 'installed, but there is no `opa` program to compile a policy for it' };
  }
  const { loadPolicy } = library as unknown as {
    loadPolicy: (
      wasm: Buffer,
    ) => Promise<{ evaluate(input: object): { result: boolean }[]; setData(data: object): void }>;
  };
  return {
    name,
    build: async (size) => {
      const tools = size / RULES_A_TOOL;
      const rules = Array.from({ length: size }, (_, n) => {
        const [tool, rule] = [Math.floor(n / RULES_A_TOOL), n % RULES_A_TOOL];
        const head = `deny { input.tool == "${toolName(tool)}"; `;
        const holds = `contains(input.command, "${marker(tool, rule)}")`;
        return isOr(rule)
          ? `${head}${holds} }\n${head}input.origin == "schedule" }`
          : `${head}${holds}; input.origin == "hook" }`;
      });
      const dir = mkdtempSync(join(tmpdir(), 'castellan-bench-opa-'));
      try {
        writeFileSync(join(dir, 'p.rego'), `package p\ndefault deny = false\n${rules.join('\n')}\n`);
        execFileSync('opa', ['build', '--v0-compatible', '-t', 'wasm', '-e', 'p/deny', '-o', 'b.tar.gz', 'p.rego'], {
          cwd: dir,
        });
        execFileSync('tar', ['-xzf', 'b.tar.gz', '/policy.wasm'], { cwd: dir });
        const policy = await loadPolicy(readFileSync(join(dir, 'policy.wasm')));
        policy.setData({});
        return (index) =>
          policy.evaluate({ tool: toolName(index % tools), command: commandOf(index, tools), origin: 'hook' })[0]
            ?.result === false;
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}

interface Lane {
  readonly name: string;
  readonly size: Size;
  readonly run: Contender;
  readonly micros: number[];
}

/** All must agree on every call before any is timed: a fast wrong answer is no answer. */
function assertAgreement(lanes: readonly Lane[]): void {
  for (const size of SIZES) {
    const same = lanes.filter((lane) => lane.size === size);
    for (let index = 0; index < 400; index += 1) {
      const expected = index % 11 !== 0;
      for (const lane of same) {
        if (lane.run(index) !== expected)
          throw new Error(`${lane.name} decides call ${index} otherwise, ${size} rules`);
      }
    }
  }
}

function batch(lane: Lane): void {
  let done = 0;
  const begin = performance.now();
  let now = begin;
  while (now - begin < BATCH_MS) {
    for (let n = 0; n < 50; n += 1) lane.run(done + n);
    done += 50;
    now = performance.now();
  }
  lane.micros.push(((now - begin) * 1000) / done);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const peers: Peer[] = [
  { name: 'castellan, three tools', build: async (size) => castellan(size, 3) },
  { name: 'castellan, all tools', build: async (size) => castellan(size, size) },
  await casl(),
  await cedar(),
  await opa(),
];
const lanes: Lane[] = [];
for (const peer of peers) {
  if ('absent' in peer) continue;
  for (const size of SIZES) lanes.push({ name: peer.name, size, run: await peer.build(size), micros: [] });
}
assertAgreement(lanes);
for (const lane of lanes) batch(lane);
for (const lane of lanes) lane.micros.length = 0;
for (let round = 0; round < ROUNDS; round += 1) for (const lane of lanes) batch(lane);

const table = peers.map((peer) => {
  if ('absent' in peer) return { engine: peer.name, note: peer.absent };
  const at = (size: Size): number =>
    Number(median(lanes.find((lane) => lane.name === peer.name && lane.size === size)?.micros ?? []).toFixed(2));
  return {
    engine: peer.name,
    '30': at(30),
    '300': at(300),
    '3000': at(3000),
    growth: Number((at(3000) / at(30)).toFixed(2)),
  };
});
const [few, all] = table as unknown as readonly [{ growth: number }, { '3000': number; growth: number }];
console.log(`µs a decision, median of ${ROUNDS} interleaved rounds, by number of rules`);
report('decide', table, [
  { text: `at most ${PROMISE.micros} µs with 3,000 rules: ${all['3000']} µs`, kept: all['3000'] <= PROMISE.micros },
  {
    text: `at most ${PROMISE.growth}x the cost with 30, the same three tools: ${few.growth}x`,
    kept: few.growth <= PROMISE.growth,
  },
  {
    text: `at most ${PROMISE.growth}x the cost with 30, all 300 tools in turn: ${all.growth}x`,
    kept: all.growth <= PROMISE.growth,
  },
]);
