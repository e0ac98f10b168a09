// The policy that ships, read as the daemon reads it on a fresh machine: no page says what the product would not do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicySource } from '@castellan/contract';
import { readPolicy, shippedPolicyFolder } from '@castellan/facts';

/** Rules, labels and manifests with nothing of a person's beside them. @throws Error where the shipped policy has a fault. */
export function shippedPolicy(): PolicySource {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-docs-'));
  try {
    const read = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
    if (!read.ok)
      throw new Error(`the shipped policy has faults: ${read.faults.map(({ message }) => message).join('; ')}`);
    return read.value;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
