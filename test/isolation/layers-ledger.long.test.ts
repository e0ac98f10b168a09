// Rotation and starts of a ledger that is in use: nothing of it goes, and no head that somebody kept is ever contradicted.
import { join } from 'node:path';
import { readEntries, verifyLedger } from '@castellan/ledger';
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { worldOf } from '../e2e/support/world.ts';
import { CONFIG, head, size, tree } from './support/ledger.ts';

/** So many that the journal is rotated while calls go on: 4096 records are one journal, 256 a tile. */
const CALLS = 4200;
const AT_ONCE = 100;

verifies(
  ['L4', 'L2'],
  'rotation while calls go on, at a stop and at each start breaks no verification: every head that was ever kept still holds, and no record goes',
  async () => {
    const home = join(tempFolder(), 'state');
    const ledger = join(home, 'ledger');
    const heads: Buffer[] = [];
    let tiles = 0;
    {
      await using daemon = await startDaemon({ home, config: CONFIG });
      const agent = await worldOf(daemon).connect('claude');
      for (let done = 0; done < CALLS; done += AT_ONCE) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, at) => agent.check('Bash', { command: `ls ${done + at}` })),
        );
        if (done % 1000 === 0) heads.push(await head(home));
      }
      // While it runs: what others see of it is whole at each moment.
      expect(size(await verifyLedger(ledger, { against: heads[0] ?? Buffer.alloc(0) }))).toBeGreaterThan(CALLS);
      tiles = tree(ledger).filter((name) => /^tile\/entries\/(?:x?\d+\/?)+$/.test(name)).length;
      expect(tiles, 'nothing was rotated').toBeGreaterThanOrEqual(16);
    }
    let most = 0;
    for (let start = 0; start < 2; start++) {
      for (const against of heads) {
        const result = await verifyLedger(ledger, { against });
        expect(result.kind, JSON.stringify(result)).toBe('verified');
        expect(size(result)).toBeGreaterThanOrEqual(most);
        most = size(result);
      }
      await using daemon = await startDaemon({ home, config: CONFIG });
      expect((await daemon.request('GET', '/v1/status')).status).toBe(200);
      heads.push(await head(home));
    }
    expect(tree(ledger).filter((name) => /^tile\/entries\/(?:x?\d+\/?)+$/.test(name)).length).toBeGreaterThanOrEqual(
      tiles,
    );
    // The first record is there as it was written.
    for await (const { index } of readEntries(ledger, 0)) {
      expect(index).toBe(0);
      break;
    }
  },
);
