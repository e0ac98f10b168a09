// Begins a use, or goes on with one that was held: a modern client is asked by being answered `input_required`, and comes back
// with the same request and what it was asked. INVARIANT: the state it brings is a random name that works once, for the same
// client and the very same call; what a server keeps in its own state never leaves.
import type { JsonObject } from '@castellan/contract';
import { fault, INVALID_PARAMS, TOO_MUCH } from './faults.ts';
import type { Held } from './held.ts';
import { MAX_HELD } from './limits.ts';
import { type Line, Run } from './run.ts';
import type { Seat } from './seat.ts';

/** @param canonical the whole request without `_meta`, in its canonical form. */
export async function conduct(
  seat: Seat,
  line: Line,
  module: string,
  canonical: string,
  begin: (run: Run) => Promise<JsonObject>,
): Promise<JsonObject> {
  if (line.era === 'legacy') {
    const run = seat.begin(new Run(module, canonical, line, seat.now));
    try {
      return await begin(run);
    } finally {
      seat.end(run);
    }
  }
  const held = line.state === undefined ? fresh(seat, line, module, canonical, begin) : again(seat, line, canonical);
  const { run, outcome } = held;
  const first = await Promise.race([outcome, run.asked()]);
  if (first !== 'asked') return first;
  run.detach();
  // The client is not there now: what ends the use meanwhile is recorded by the use itself.
  outcome.catch(() => undefined);
  if (seat.held.size >= MAX_HELD) {
    run.abort('too many calls wait for an answer of the client');
    throw fault(TOO_MUCH, 'too many calls wait for an answer of the client');
  }
  const inputRequests = run.requests();
  const requestState = seat.held.put(run, outcome);
  if (requestState !== null) return { resultType: 'input_required', inputRequests, requestState };
  run.abort('what its server asks is too long');
  throw fault(TOO_MUCH, 'what the server asks the client is too long');
}

function fresh(seat: Seat, line: Line, module: string, canonical: string, begin: (run: Run) => Promise<JsonObject>) {
  const run = seat.begin(new Run(module, canonical, line, seat.now));
  return { run, outcome: begin(run).finally(() => seat.end(run)) };
}

function again(seat: Seat, line: Line, canonical: string): Pick<Held, 'run' | 'outcome'> {
  const held = seat.held.take(line.state ?? '', canonical);
  if (held === null) {
    seat.refused('requestState', 'it names no call of this client that waits');
    throw fault(INVALID_PARAMS, 'Invalid or expired requestState', { reason: 'invalid_request_state' });
  }
  held.run.attach(line);
  held.run.answer(line.responses ?? {});
  return held;
}
