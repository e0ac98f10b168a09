// A process that appends until it is killed, and says on stdout what was acknowledged.
import { openLedger } from '@castellan/ledger';
import { signer } from './ledger-key.ts';

const [dir = ''] = process.argv.slice(2);
const opened = await openLedger({ dir, signer, rotateAt: 256 });
if (opened.kind === 'refused') {
  process.stdout.write(`refused ${opened.code}\n`);
  process.exit(1);
}
const { ledger } = opened;
process.stdout.write(`open ${ledger.size}\n`);

async function caller(): Promise<void> {
  for (;;) {
    const stamp = process.hrtime.bigint();
    const { index } = await ledger.append(Buffer.from(`${stamp} ${'y'.repeat(Number(stamp % 300n))}`));
    const head = Buffer.from(ledger.checkpoint.bytes).toString('base64');
    process.stdout.write(`ack ${index} ${stamp} ${head}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, caller));
