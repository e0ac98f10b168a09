// Credentials are compared in one file, in constant time, and as digests of one length (A2). Anywhere else a comparison
// could leak by how long it takes.
import { readFileSync } from 'node:fs';
import { inRoot, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { SOURCES } from './lib/source.ts';

const HOME = 'packages/daemon/src/identity/credentials.ts';

verifies(['A2'], 'credentials are compared in one place, through timingSafeEqual', () => {
  const daemon = SOURCES.filter((file) => file.path.startsWith('packages/daemon/src/'));
  expect(daemon.length).toBeGreaterThan(0);
  expect(daemon.filter((file) => file.text.includes('timingSafeEqual')).map((file) => file.path)).toEqual([HOME]);
  expect(readFileSync(inRoot(HOME), 'utf8')).toMatch(
    /sameDigest = \(presented: Buffer, stored: Buffer\): boolean => timingSafeEqual/,
  );
  const compares = daemon.filter((file) =>
    /(?:===|!==)\s*(?:token|credential|presented|daemonToken)\b|\b(?:token|credential|presented|daemonToken)\s*(?:===|!==)(?!\s*(?:null|undefined))/.test(
      file.text,
    ),
  );
  expect(compares.map((file) => file.path)).toEqual([]);
  const identity = daemon.filter((file) => file.path.includes('/identity/'));
  expect(identity.flatMap((file) => file.text.match(/sameDigest\(/g) ?? []).length).toBeGreaterThan(1);
});
