// What the daemon remembers of calls is bounded (D3): once it has seen more of them than it keeps of any kind, twice as many leave its heap
// where it was. `npm run soak` is the same for a million calls of every kind, by resident memory.
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { collector } from '../../bench/lib/collected.ts';
import { benchDaemon } from '../../bench/lib/daemon.ts';
import { rawClient } from '../../bench/lib/raw-client.ts';

/** More than any list of calls holds (20,000). */
const FILLED = 22_000;
const CALLS = 2 * FILLED;
const CALLERS = 16;
/** A leak of 500 bytes a call would be more. */
const MOST_MIB = 10;

verifies(
  ['D3'],
  `the heap after ${CALLS} calls is what it was after half of them, also where nobody reports outcomes`,
  async () => {
    await using daemon = await benchDaemon({ inspected: true });
    using memory = await collector(daemon.inspector ?? '');
    const { credential } = (await daemon.request('POST', '/v1/agents', {
      kind: 'claude-code',
      name: 'steady',
      hookTimeoutSeconds: 60,
    })) as { credential: string };
    const cwd = join(daemon.home, 'project');
    let sent = 0;
    const upTo = async (most: number): Promise<number> => {
      await Promise.all(
        Array.from({ length: CALLERS }, async () => {
          using client = rawClient(daemon.state.socket, credential);
          while (sent < most) {
            const n = sent++;
            const answer = await client.post(
              '/v1/calls',
              JSON.stringify({
                tool: 'Read',
                input: { file_path: `${cwd}/f${n % 500}.ts` },
                cwd,
                session: `session-${Math.floor(n / 4000)}`,
                callId: `call-${n}`,
              }),
            );
            const call = /"call":"(call_[0-9a-z]+)"/.exec(answer)?.[1];
            if (call === undefined) throw new Error(answer);
            if (n % 2 === 0) await client.post(`/v1/calls/${call}/outcome`, '{"status":"succeeded"}');
          }
        }),
      );
      return (await memory.collect()).heapMiB;
    };
    const half = await upTo(FILLED);
    const descriptors = daemon.descriptors();
    const whole = await upTo(CALLS);
    expect(whole - half, `${half} MiB, then ${whole}`).toBeLessThan(MOST_MIB);
    expect(daemon.descriptors()).toBeLessThanOrEqual(descriptors + 8);
  },
  { timeout: 600_000 },
);
