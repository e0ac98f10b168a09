// Waits for the gate, and keeps the client alive while a person is asked.
import type { Decision } from '@castellan/contract';
import type { McpAttempt } from '../host.ts';
import { WAITING_MS } from './limits.ts';
import type { Run } from './run.ts';
import type { Seat } from './seat.ts';

export async function decided(seat: Seat, run: Run, attempt: McpAttempt, signal: AbortSignal): Promise<Decision> {
  const { clock, gate } = seat.host;
  const { program } = run.line;
  if (program !== undefined) {
    const decision = await program.waiting(
      gate.decide({ ...attempt, script: program.script, under: program.under }, signal),
    );
    program.decided(decision);
    return decision;
  }
  if (run.line.progressToken === undefined) return gate.decide(attempt, signal);
  const stop = clock.every(WAITING_MS, () => run.waiting(`waiting for a person: ${attempt.module} ${attempt.tool}`));
  try {
    return await gate.decide(attempt, signal);
  } finally {
    stop();
  }
}
