// What a real session leaves in the ledger: complete, verifiable without the daemon, and no byte of it can be changed unseen.
import { copyFileSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLedger } from '@castellan/ledger';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { bash, calls } from './support/script.ts';
import { history, hookFileOf, world } from './support/world.ts';

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size > 0);

verifies(
  ['L1', 'L2'],
  'a session with the real client verifies, and after any one changed byte it does not',
  async () => {
    await using it = await world({
      modules: { 'claude-code': { tools: { Bash: 'allow' } } },
      deny: ['claude-code/Write'],
    });
    const write = { tool: 'Write', input: { file_path: join(it.project, 'x'), content: 'x' } };
    await it.claude(calls(bash('echo one'), write), { args: ['--allowedTools', 'Write'] });
    const records = await it.records();
    expect(history(records, 'Bash')).toMatchObject([{ verdict: 'allow', outcome: { status: 'succeeded' } }]);
    expect(history(records, 'Write')).toMatchObject([{ verdict: 'deny', outcome: { status: 'refused' } }]);
    await it.daemon.stop();
    const ledger = join(it.home, 'ledger');
    expect(await verifyLedger(ledger)).toMatchObject({ kind: 'verified' });
    const copy = join(tempFolder(), 'ledger');
    cpSync(ledger, copy, { recursive: true });
    let looked = 0;
    for (const file of filesBelow(copy)) {
      const bytes = readFileSync(file);
      // Every byte would be one verification each: a stride that lands in every part of every file.
      const stride = Math.max(1, Math.floor(bytes.length / 25));
      for (let at = 0; at < bytes.length; at += stride) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(file, changed);
        const result = await verifyLedger(copy);
        expect({ file, at, kind: result.kind }).not.toEqual({ file, at, kind: 'verified' });
        looked += 1;
      }
      copyFileSync(join(ledger, file.slice(copy.length)), file);
    }
    expect(looked).toBeGreaterThan(25);
    expect(await verifyLedger(copy)).toMatchObject({ kind: 'verified' });
  },
  withClaude,
);

verifies(
  ['G-S02'],
  'no credential of the agent or of the daemon is in the ledger or in what the daemon prints',
  async () => {
    await using it = await world({ modules: { 'claude-code': { tools: { Bash: 'allow' } } } });
    const credential = /castellan_a_[0-9a-z]+_[0-9a-f]{64}/.exec(readFileSync(hookFileOf(it), 'utf8'))?.[0] ?? '';
    expect(credential).not.toBe('');
    await it.claude(calls(bash(`echo ${credential}`), bash('echo done')));
    await it.daemon.stop();
    const everything = filesBelow(join(it.home, 'ledger')).map((path) => readFileSync(path, 'latin1'));
    for (const secret of [credential, it.daemon.state.token]) {
      expect(everything.some((text) => text.includes(secret))).toBe(false);
      expect(it.daemon.output()).not.toContain(secret);
    }
    expect(everything.join('')).toContain('echo');
  },
  withClaude,
);
