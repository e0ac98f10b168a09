// A database made again, without a daemon: what the damaged one still tells must outlive every way in which that can fail.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSigningKey, openLedger, saveSigningKey } from '@castellan/ledger';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { createGuard } from '../src/exits/index.ts';
import { lookAtDatabase } from '../src/store/index.ts';
import { recoverDatabase } from '../src/upgrades/index.ts';

/** A state whose database is damaged at its end: what it remembers of ledger and panic can still be read. */
function damaged(journal: string | null): { readonly home: string; readonly database: string } {
  const home = join(tempFolder(), 'state');
  mkdirSync(join(home, 'ledger'), { recursive: true, mode: 0o700 });
  if (journal !== null) writeFileSync(join(home, 'ledger', 'journal'), journal);
  const path = join(home, 'castellan.db');
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); INSERT INTO meta VALUES ('panic', 'declared')");
  database.exec('CREATE TABLE filler (text TEXT); INSERT INTO filler VALUES (hex(zeroblob(100000)))');
  database.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, bytes.length - 8192));
  return { home, database: path };
}
const asked = (home: string) => recoverDatabase({ home, exits: createGuard().exits, version: '0.1.0' });

verifies(['R3'], 'a ledger that is refused leaves the damaged database where it was', async () => {
  const { home, database } = damaged('no journal of ours');
  const before = readFileSync(database);
  await expect(asked(home)).rejects.toMatchObject({ code: 'ledger-damaged' });
  expect(readFileSync(database).equals(before)).toBe(true);
  for (const name of ['castellan.db.damaged-1', 'castellan.db.recovering'])
    expect(existsSync(join(home, name)), name).toBe(false);
});

verifies(['R3'], 'a panic that the damaged one knows of is not ended by it', async () => {
  const { home, database } = damaged(null);
  const signer = createSigningKey('castellan-test', (n) => new Uint8Array(n).fill(3));
  mkdirSync(join(home, 'daemon'), { mode: 0o700 });
  const saved = await saveSigningKey(join(home, 'daemon', 'ledger.key'), signer);
  expect(saved.kind).not.toBe('refused');
  const opened = await openLedger({ dir: join(home, 'ledger'), signer });
  if (opened.kind === 'refused') throw new Error(opened.message);
  await opened.ledger.close();
  expect(await asked(home)).toMatchObject({ kind: 'database-recovered', aside: `${database}.damaged-1` });
  expect(lookAtDatabase(database)).toMatchObject({ panic: true, program: '0.1.0' });
});
