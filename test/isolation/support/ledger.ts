// A ledger of a real daemon, and what a person keeps of it elsewhere.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifyResult } from '@castellan/ledger';
import { bareEnvironment, inRoot, runProcess } from '@castellan/testkit';
import { expect } from 'vitest';
import { UNHURRIED } from '../../e2e/support/world.ts';
import { FORCED_CONFIG } from './forced.ts';

export const CONFIG = { ...FORCED_CONFIG, limits: UNHURRIED };

/** What a person keeps elsewhere. */
export async function head(home: string): Promise<Buffer> {
  const { code, stdout } = await runProcess(
    process.execPath,
    [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), 'ledger', 'checkpoint'],
    { env: { ...bareEnvironment(join(home, '..')), CASTELLAN_HOME: home } },
  );
  expect(code).toBe(0);
  return Buffer.from(stdout);
}

export const size = (result: VerifyResult): number => (result.kind === 'verified' ? result.size : -1);
/** Every file with its bytes, below a folder. */
export const tree = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
