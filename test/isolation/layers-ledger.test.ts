// The ledger alone: no gate, no walls, no other user. Whoever comes may write every file of the state folder and holds the signing
// key too. What they change is noticed from the files alone, or against a head that somebody kept elsewhere.
import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSigningKey, openLedger, readEntries, verifyLedger } from '@castellan/ledger';
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { worldOf } from '../e2e/support/world.ts';
import { CONFIG, head, size, tree } from './support/ledger.ts';

verifies(
  ['I5', 'L2', 'L4'],
  'with every file and the signing key in hand nothing is changed, cut, replaced or written anew unnoticed',
  async () => {
    const home = join(tempFolder(), 'state');
    const ledger = join(home, 'ledger');
    await using first = await startDaemon({ home, config: CONFIG });
    const agent = await worldOf(first).connect('claude');
    for (let at = 0; at < 5; at++) await agent.check('Bash', { command: `ls ${at}` });
    cpSync(ledger, join(home, '..', 'older'), { recursive: true, verbatimSymlinks: true });
    for (let at = 0; at < 5; at++) await agent.check('Bash', { command: `rm -f ${at}` });
    const kept = await head(home);
    await first.stop();
    const before = await verifyLedger(ledger, { against: kept });
    expect(size(before)).toBeGreaterThan(12);

    const attack = async (what: (folder: string) => void | Promise<void>, against?: Buffer): Promise<string> => {
      const folder = join(tempFolder(), 'ledger');
      cpSync(ledger, folder, { recursive: true, verbatimSymlinks: true });
      await what(folder);
      return (await verifyLedger(folder, against === undefined ? {} : { against })).kind;
    };
    const at = (folder: string): { readonly path: string; readonly bytes: Buffer; readonly found: number } => {
      for (const name of tree(folder)) {
        const bytes = readFileSync(join(folder, name));
        const found = bytes.indexOf('rm -f 3');
        if (found >= 0) return { path: join(folder, name), bytes, found };
      }
      throw new Error('the call stands nowhere');
    };
    // Another command in the place of the one that ran.
    expect(
      await attack((folder) => {
        const { path, bytes, found } = at(folder);
        bytes.write('ls -l 3', found);
        writeFileSync(path, bytes);
      }),
    ).toBe('edited');
    expect(await attack((folder) => truncateSync(at(folder).path, at(folder).found))).not.toBe('verified');
    expect(await attack((folder) => rmSync(at(folder).path))).not.toBe('verified');
    expect(await attack((folder) => writeFileSync(join(folder, 'tile', 'more'), 'x'))).toBe('foreign-file');
    // An older copy is a good ledger; who kept a head knows.
    const older = join(home, '..', 'older');
    expect((await verifyLedger(older, {})).kind).toBe('verified');
    expect((await verifyLedger(older, { against: kept })).kind).toBe('truncated');
    // A history of their own, signed with the stolen key: as good as any, but for whoever kept a head.
    const forged = join(tempFolder(), 'ledger');
    const stolen = await loadSigningKey(join(home, 'daemon', 'ledger.key'));
    if (stolen.kind !== 'loaded') throw new Error(stolen.message);
    const opened = await openLedger({ dir: forged, signer: stolen.key });
    if (opened.kind === 'refused') throw new Error(opened.message);
    for await (const { entry } of readEntries(ledger))
      await opened.ledger.append(Buffer.from(Buffer.from(entry).toString().replaceAll('rm -f 3', 'ls -l 3')));
    await opened.ledger.close();
    expect(size(await verifyLedger(forged, {}))).toBe(size(before));
    expect((await verifyLedger(forged, { against: kept })).kind).toBe('forked');
    // And the daemon does not go on over what was changed.
    const { path, bytes, found } = at(ledger);
    bytes.write('ls -l 3', found);
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
    await expect(startDaemon({ home, config: CONFIG })).rejects.toThrow(/ledger/);
  },
);
