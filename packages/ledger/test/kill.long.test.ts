// A real process, really killed, again and again on one folder: what it acknowledged is there, what it signed holds.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { verifyLedger } from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { tempDir, textsOf } from './support/ledger.ts';

const KILLS = 24;

interface Life {
  readonly acks: ReadonlyMap<number, string>;
  readonly lastHead: string | undefined;
}

/** Lets a child append until its `limit`-th acknowledgement has been read, then kills it in the midst of its work. */
async function liveUntil(dir: string, limit: number): Promise<Life> {
  const program = join(import.meta.dirname, 'support/append-child.ts');
  const child: ChildProcess = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acks = new Map<number, string>();
  let lastHead: string | undefined;
  if (child.stdout === null) throw new Error('child has no stdout');
  for await (const line of createInterface(child.stdout)) {
    const [kind, index, stamp, head] = line.split(' ');
    expect(kind, line).not.toBe('refused');
    // The last line may be cut by the kill; an acknowledgement counts when all of it was read.
    if (kind === 'ack' && stamp !== undefined && head?.endsWith('=') === true) {
      acks.set(Number(index), stamp);
      lastHead = head;
    }
    if (acks.size === limit) child.kill('SIGKILL');
  }
  return { acks, lastHead };
}

verifies(
  ['L2', 'L3'],
  `${KILLS} kills lose no acknowledged record and sign no second history`,
  async () => {
    const dir = await tempDir();
    const acked = new Map<number, string>();
    const heads: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { acks, lastHead } = await liveUntil(dir, 1 + ((kill * 97) % 400));
      for (const [index, stamp] of acks) {
        expect(acked.has(index), `record ${index} was acknowledged twice`).toBe(false);
        acked.set(index, stamp);
      }
      if (lastHead !== undefined) heads.push(lastHead);
      expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified' });
    }
    const texts = await textsOf(dir);
    expect(acked.size).toBeGreaterThan(KILLS * 20);
    for (const [index, stamp] of acked) expect(texts[index]?.split(' ')[0], `record ${index}`).toBe(stamp);
    expect(heads.length).toBeGreaterThan(KILLS / 2);
    for (const head of heads) {
      const against = Buffer.from(head, 'base64');
      expect(await verifyLedger(dir, { against })).toMatchObject({ kind: 'verified' });
    }
  },
  { timeout: 120_000 },
);
