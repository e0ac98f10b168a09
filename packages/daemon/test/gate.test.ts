// The last step of the road: what holds everything, or this agent, while its call was recorded, asked about and kept, stops it all
// the same (R3, X6).
import type { Call, Decision, Reason, Verdict } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { decideCall, type Road } from '../src/gate.ts';
import { PANIC_REASON } from '../src/standstill/index.ts';
import { roadOver } from '../src/surfaces/road.ts';

const CALL = { id: 'call_aaaaaaaa', agent: 'agent_aaaaaaaa', arguments: {} } as unknown as Call;
const VERDICT = { outcome: 'allow', reasons: [], toolClass: 'safe' } as unknown as Verdict;

/** The real last step over floors of the test; everything before it lets the call through. */
function road(floors: (agent: string) => readonly Reason[], during: () => void) {
  const refused: Decision[] = [];
  const parts = { canaries: { floors }, approvals: {}, work: {} } as unknown as Parameters<typeof roadOver>[0];
  const made = {
    ...{ analyse: () => [], gather: () => ({}), decide: () => VERDICT, count: () => undefined },
    ...{ recordAttempt: async () => undefined, settle: () => undefined, digest: () => `sha256:${'a'.repeat(64)}` },
    keep: async () => {
      during();
      return null;
    },
    recordRefusal: (_: Call, decision: Decision) => refused.push(decision),
    stopped: roadOver(parts).stopped,
  } as unknown as Road;
  return { refused, decide: () => decideCall(CALL, made, new AbortController().signal, {}) };
}

verifies(
  ['R3', 'X6'],
  'a panic or a freeze that comes while a call is kept for undo stops it, and the refusal is on record',
  async () => {
    const frozen: Reason = { ...PANIC_REASON, source: 'turn', id: 'agent-frozen', text: 'this agent is frozen' };
    for (const reason of [PANIC_REASON, frozen]) {
      let held: readonly Reason[] = [];
      const at = road(
        () => held,
        () => {
          held = [reason];
        },
      );
      expect(await at.decide()).toMatchObject({ kind: 'refused', refusal: 'denied', reasons: [{ id: reason.id }] });
      expect(at.refused).toHaveLength(1);
    }
    const free = road(
      () => [],
      () => undefined,
    );
    expect(await free.decide()).toMatchObject({ kind: 'run' });
  },
);
