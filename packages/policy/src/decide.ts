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
  REASON_SOURCES,
  type Reason,
  type SessionFacts,
  strictest,
  type Verdict,
} from '@castellan/contract';
import { Context } from './cel/condition.ts';
import { ruleReasons } from './decide/rules.ts';
import { classOf } from './decide/safe.ts';
import { baseReason, denyReasons } from './decide/user.ts';
import { coversTool } from './grants/covers.ts';
import type { Policy } from './policy.ts';
import { toolOf } from './tools.ts';

export interface DecideInput {
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly grants: readonly Grant[];
  /** Limits of profile, client and turn: they can only tighten. */
  readonly floors?: readonly Reason[];
  readonly now: Instant;
}

export function decide(input: DecideInput): Verdict {
  try {
    return decideCall(input);
  } catch (error) {
    return deniedByError(input, error);
  }
}

function decideCall({ call, effects, policy, session, grants, floors = [], now }: DecideInput): Verdict {
  const info = toolOf(policy, call.module, call.tool);
  const toolClass = classOf(info, effects);
  const context = new Context({
    call,
    effects,
    session,
    config: policy.config,
    moduleName: info.moduleName,
    manifest: info.module?.manifest ?? null,
    toolClass,
  });
  const rules = ruleReasons(policy.compiled.index, info, effects, context);
  const grant = grants.find((candidate) => coversTool(candidate, call, effects, info, now));
  const base = grant === undefined ? baseReason(policy, info, toolClass, effects) : grantReason(grant);
  const guarded = rules.some(isFloor);
  const reasons = ordered([...rules, ...denyReasons(policy, info), ...floors.map(asFloor), base], session);
  const outcome = reasons.reduce<Outcome>((worst, { outcome: own }) => strictest(worst, own ?? 'allow'), 'allow');
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

/**
 * What cannot be taken back or leaves the machine is confirmed each time, though the tool's scope is the task: one yes to
 * `curl -d amount=100` must not be a yes to the next amount. A manifest that calls such a tool critical chooses for itself.
 */
const leaves = ({ kind }: Effect): boolean =>
  kind === 'send' || kind === 'spend' || kind === 'delete' || kind === 'escalate';

const isFloor = (reason: Reason): boolean => reason.part === 'floor';

/** A floor without an outcome is a bug of whoever gave it: it limits to nothing at all. */
const asFloor = (reason: Reason): Reason => ({ ...reason, part: 'floor', outcome: reason.outcome ?? 'deny' });

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

/** In the order of REASON_SOURCES; within one source as they were found. */
function ordered(reasons: readonly Reason[], session: SessionFacts): readonly Reason[] {
  const all = session.interactive ? reasons : reasons.map(placed);
  return all.length < 2 ? all : all.toSorted((a, b) => (rank.get(a.source) ?? 0) - (rank.get(b.source) ?? 0));
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
