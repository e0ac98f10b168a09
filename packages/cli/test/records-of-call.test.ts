// Which entries of a ledger are a call's, told from the files alone: a proof that leaves one out would verify all the same.
import { join } from 'node:path';
import { createSigningKey, openLedger } from '@castellan/ledger';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { indexesOf } from '../src/commands/records-of-call.ts';

const CALL = 'call_0123456789abcdefghij';

verifies(['L4'], 'a record in parts is found behind what a crash left of another', async () => {
  const dir = join(tempFolder(), 'ledger');
  const opened = await openLedger({
    dir,
    signer: createSigningKey('castellan-test', (n) => new Uint8Array(n).fill(3)),
  });
  if (opened.kind === 'refused') throw new Error(opened.message);
  const outcome = JSON.stringify({ kind: 'outcome', call: CALL });
  const entries = [
    { kind: 'attempt', call: CALL },
    { kind: 'part', of: 'torn', n: 0, text: '{"kind":"attempt","call":"' },
    { kind: 'attempt', call: 'call_another0000000000000' },
    { kind: 'part', of: 'whole', n: 0, text: outcome.slice(0, 9) },
    { kind: 'part', of: 'whole', n: 1, text: outcome.slice(9) },
    { kind: 'joined', of: 'whole', parts: 2, digest: 'sha256:0' },
  ];
  for (const entry of entries) await opened.ledger.append(Buffer.from(JSON.stringify(entry)));
  await opened.ledger.close();
  expect(await indexesOf(dir, CALL, entries.length)).toEqual([0, 3, 4, 5]);
});
