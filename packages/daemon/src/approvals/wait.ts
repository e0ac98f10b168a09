// How long a call may wait for a person: the configured time, and never so long that the agent's host gives up first,
// because a host that gives up may let the tool run.
import type { Config } from '@castellan/contract';

/** Seconds kept between our answer and the host's own timeout. */
export const HOST_MARGIN_SECONDS = 5;

export interface Wait {
  readonly waitMs: number;
  readonly remindMs?: number;
}

export function waitFor(approvals: Config['approvals'], hookTimeoutSeconds: number): Wait {
  // A host that waits less than twice the margin still gets its answer with half of its time to spare.
  const host = hookTimeoutSeconds - Math.min(HOST_MARGIN_SECONDS, hookTimeoutSeconds / 2);
  if (!approvals.wait) return { waitMs: Math.min(approvals.timeoutSeconds, host) * 1000 };
  return { waitMs: Math.min(approvals.waitSeconds, host) * 1000, remindMs: approvals.remindSeconds * 1000 };
}
