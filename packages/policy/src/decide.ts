// The decision: verdict = max(floor, base) in the order allow < ask < confirm < deny.
//   floor  the most restrictive of Critical rules, user deny, module deny, Strict rules, profile, client and turn limits;
//   base   the first that applies of a covering grant, the user's override for this very tool, safe call, module level,
//          preset, default.
// INVARIANT: nothing lowers a floor. INVARIANT: it answers every input and never throws; a bug is a deny.
import {
  type Call,
  type Effect,
  type Grant,
  type Instant,
  type Outcome,
  type Profile,
  REASON_SOURCES,
  type Reason,
  type SessionFacts,
  strictest,
  type Verdict,
} from '@castellan/contract';
import { Context } from './cel/condition.ts';
import { ruleReasons } from './decide/rules.ts';
import { classOf } from './decide/safe.ts';
import { baseReason, denyReasons, onlyScriptsReasons } from './decide/user.ts';
import { coversTool } from './grants/covers.ts';
import { headlessReason, modesInForce, profileFloors } from './limits/profile.ts';
import type { Policy } from './policy.ts';
import { toolOf } from './tools.ts';

export interface DecideInput {
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly grants: readonly Grant[];
  /** The ports Castellan listens on now, whatever config.yaml says: no agent may reach them. */
  readonly ownPorts?: readonly number[] | undefined;
  /** The modes the client asks for: they add to the profile's. */
  readonly client?: readonly Profile[] | undefined;
  /** Limits of the turn: they can only tighten. */
  readonly floors?: readonly Reason[];
  /** Said beside the outcome; decides nothing. */
  readonly advice?: readonly Reason[];
  readonly now: Instant;
}

/**
 * What may happen to a call, with every reason, the one that decided first. Synchronous and pure: the same input gives the
 * same verdict, `now` (milliseconds since 1970) included. It never throws; a bug in it is a deny of the source `error`.
 */
export function decide(input: DecideInput): Verdict {
  try {
    return decideCall(input);
  } catch (error) {
    return deniedByError(input, error);
  }
}

function decideCall(input: DecideInput): Verdict {
  const { call, effects, policy, session, grants, now } = input;
  const info = toolOf(policy, call.module, call.tool);
  const toolClass = classOf(info, effects);
  const context = new Context({
    call,
    effects,
    session,
    config: policy.config,
    ownPorts: input.ownPorts,
    moduleName: info.moduleName,
    manifest: info.module?.manifest ?? null,
    toolClass,
  });
  const rules = ruleReasons(policy.compiled.index, info, effects, context);
  const grant = grants.find((candidate) => coversTool(candidate, call, effects, info, now));
  const base = grant === undefined ? baseReason(policy, info, toolClass, effects) : grantReason(grant);
  const modes = modesInForce(policy.config.profile, input.client);
  const limits = [...profileFloors(modes, call, effects, toolClass), ...(input.floors ?? [])];
  const guarded = limits.length > 0 || rules.some(isFloor);
  const advice = (input.advice ?? []).map(asAdvice);
  const denies = [...denyReasons(policy, info), ...onlyScriptsReasons(call, info)];
  const found = [...rules, ...denies, ...limits.map(asFloor), base, ...advice];
  const asked = worst(found);
  // Where nobody can be asked, what would ask is refused: a floor more, never one less.
  const refusal = asked === 'ask' || asked === 'confirm' ? headlessReason(modes) : undefined;
  const reasons = ordered(refusal === undefined ? found : [...found, refusal], session);
  const outcome = worst(reasons);
  return {
    outcome,
    reasons: decidingFirst(reasons, outcome),
    toolClass,
    scope:
      guarded || toolClass === 'unclassified' || (info.class === 'by-effects' && effects.some(leaves))
        ? 'per-call'
        : info.scope,
    policy: policy.digest,
    ...(grant !== undefined && outcome === 'allow' ? { grant: grant.id } : {}),
  };
}

/** What a write to cannot simply be undone, and what running means something else each time. */
const EACH_TIME: ReadonlySet<Effect['resource']> = new Set([
  'credentials',
  'shell-startup',
  'permissions',
  'remote-history',
  'database',
  'disk',
  'container',
  'cluster',
  'cloud',
  'service',
  'schedule',
  'account',
  'network',
  'system-package',
  'power',
  'downloaded-code',
  'inline-code',
]);

/**
 * What cannot be taken back or leaves the machine is confirmed each time, though the tool's scope is the task: one yes to
 * `curl -d amount=100` must not be a yes to the next amount. A manifest that calls such a tool critical chooses for itself.
 */
function leaves({ kind, resource, undoable }: Effect): boolean {
  switch (kind) {
    case 'send':
    case 'spend':
    case 'escalate':
      return true;
    case 'delete':
      return undoable !== true;
    case 'write':
    case 'execute':
      return EACH_TIME.has(resource);
    case 'read':
    case 'connect':
    case 'change-safety':
    case 'unknown':
      return false;
  }
}

const worst = (reasons: readonly Reason[]): Outcome =>
  reasons.reduce<Outcome>((most, { outcome }) => strictest(most, outcome ?? 'allow'), 'allow');

const isFloor = (reason: Reason): boolean => reason.part === 'floor';

/** A floor without an outcome is a bug of whoever gave it: it limits to nothing at all. */
const asFloor = (reason: Reason): Reason => ({ ...reason, part: 'floor', outcome: reason.outcome ?? 'deny' });

const asAdvice = (reason: Reason): Reason => ({ ...reason, part: 'advice', outcome: null });

const grantReason = (grant: Grant): Reason => ({
  source: 'grant',
  part: 'base',
  id: grant.id,
  outcome: 'allow',
  text: `you granted it: ${grant.text}`,
  remedy: 'revoke the grant',
});

/** `ask` needs a terminal with a person at it; without one the question goes to wherever a person is. */
const placed = (reason: Reason): Reason =>
  reason.outcome === 'ask'
    ? {
        ...reason,
        outcome: 'confirm',
        text: `${reason.text}; nobody sits at this session's terminal, so ask is confirm`,
      }
    : reason;

const rank: ReadonlyMap<string, number> = new Map(REASON_SOURCES.map((source, index) => [source, index]));

/** In the order of REASON_SOURCES; rules by their ids, so that what leaves (C01) is said before what is read (C05). */
function ordered(reasons: readonly Reason[], session: SessionFacts): readonly Reason[] {
  const all = session.interactive ? reasons : reasons.map(placed);
  return all.length < 2 ? all : all.toSorted(bySource);
}

function bySource(a: Reason, b: Reason): number {
  const order = (rank.get(a.source) ?? 0) - (rank.get(b.source) ?? 0);
  if (order !== 0 || !a.source.endsWith('-rule')) return order;
  return a.id < b.id ? -1 : 1;
}

/** The first reason that asks for the outcome decided; the others keep their order. */
function decidingFirst(reasons: readonly Reason[], outcome: Outcome): readonly Reason[] {
  const deciding = reasons.findIndex((reason) => reason.outcome === outcome);
  const first = reasons[deciding];
  return first === undefined ? reasons : [first, ...reasons.toSpliced(deciding, 1)];
}

function deniedByError({ policy }: DecideInput, error: unknown): Verdict {
  const why = error instanceof Error ? error.message : 'unknown error';
  const reason: Reason = {
    source: 'error',
    part: 'floor',
    id: 'decide',
    outcome: 'deny',
    text: `the decision itself failed: ${why.split('\n')[0]?.slice(0, 200) ?? ''}`,
    remedy: 'report this with `castellan why`; nothing ran',
  };
  return { outcome: 'deny', reasons: [reason], toolClass: 'unclassified', scope: 'per-call', policy: policy.digest };
}
