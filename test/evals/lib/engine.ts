// A policy folder put to single calls, by the road the gate takes: analyse, then decide. Nothing is measured by a shortcut.
import {
  type Call,
  type Config,
  type Effect,
  type Facts,
  type JsonObject,
  type Manifest,
  NEW_SESSION,
  type PolicySource,
  parseToolName,
  type Reason,
  type SessionFacts,
  type Verdict,
} from '@castellan/contract';
import { readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { analyse, compilePolicy, decide, type Policy } from '@castellan/policy';

export interface Asked {
  /** `module/tool`, or a bare tool of Claude Code. */
  readonly tool: string;
  readonly input: JsonObject;
  readonly cwd: string;
  readonly session?: SessionFacts;
}
export interface Judged {
  readonly effects: readonly Effect[];
  readonly verdict: Verdict;
  /** The reason that decided. */
  readonly reason: Reason;
  /** No person is needed and nothing is refused. */
  readonly passes: boolean;
}
export interface Engine {
  readonly policy: Policy;
  judge(asked: Asked): Judged;
}

export interface EngineOptions {
  readonly facts: Facts;
  /** The user's policy folder; none: the shipped policy alone. */
  readonly folder?: string;
  /** What the user chose, over what the folder says. */
  readonly config?: Partial<Config>;
  /** Leaves out the shipped rules: what is measured is then the analysis and the folder's own rules alone. */
  readonly withoutShippedRules?: boolean;
  /** Rules of the folder that are left out. */
  readonly withoutRules?: readonly string[];
  /** A module nobody wrote to a file. */
  readonly module?: Manifest;
}

const DIGEST = `sha256:${'0'.repeat(64)}` as const;

/** @throws when the policy has faults: a measurement of a policy that is not in force means nothing. */
export function createEngine(options: EngineOptions): Engine {
  const source = readPolicy({ folder: options.folder ?? '/nonexistent', shippedFolder: shippedPolicyFolder });
  if (!source.ok) throw new Error(source.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const compiled = compilePolicy(accepted(changed(source.value, options)));
  if (!compiled.ok) throw new Error(compiled.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const policy = compiled.value;
  return { policy, judge: (asked) => judge(asked, policy, options.facts) };
}

function changed(source: PolicySource, options: EngineOptions): PolicySource {
  const { config, withoutShippedRules = false, withoutRules = [], module } = options;
  const own = module === undefined ? [] : [{ source: 'evals', shipped: false, digest: DIGEST, manifest: module }];
  return {
    ...source,
    config: { ...source.config, ...config },
    manifests: [...source.manifests, ...own],
    rules: source.rules.filter(
      ({ shipped, rule }) => !(shipped && withoutShippedRules) && (shipped || !withoutRules.includes(rule.id)),
    ),
  };
}

/** As a person does who has read the manifests of the folder: each is accepted as it stands. */
function accepted(source: PolicySource): PolicySource {
  const modules: Record<string, Config['modules'][string]> = { ...source.config.modules };
  for (const { manifest, digest, shipped } of source.manifests) {
    if (!shipped) modules[manifest.name] = { tools: {}, ...modules[manifest.name], accepted: digest };
  }
  return { ...source, config: { ...source.config, modules } };
}

function judge({ tool, input, cwd, session = NEW_SESSION }: Asked, policy: Policy, facts: Facts): Judged {
  const ref = parseToolName(tool, 'claude-code');
  if (!ref.ok) throw new Error(`\`${tool}\` is no tool`);
  const call: Call = {
    id: 'call_measured',
    agent: 'agent_measured',
    task: 'task_measured',
    session: 'session_measured',
    ...ref.value,
    arguments: input,
    cwd,
    workspace: cwd,
    origin: 'hook',
    at: 0,
  };
  const effects = analyse(call, policy, facts);
  const verdict = decide({ call, effects, policy, session, grants: [], now: 0 });
  const [reason] = verdict.reasons;
  if (reason === undefined) throw new Error('a verdict without a reason');
  return { effects, verdict, reason, passes: verdict.outcome === 'allow' };
}
