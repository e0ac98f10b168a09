// The shipped policy made ready for a quick start says what its YAML says, and stands for nothing else.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseManifest, parseRuleFile } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test, vi } from 'vitest';
import { parseStrictYaml, readPolicy, readyFile, shippedPolicyFolder, textDigest } from '../src/index.ts';

/** A copy of the shipped folder, with every file made ready. */
function readied(root: string, change: (value: unknown) => unknown): string {
  const folder = join(root, 'policy', 'shipped');
  cpSync(shippedPolicyFolder, folder, { recursive: true });
  const made: Record<string, unknown> = {};
  for (const kind of ['modules', 'rules'])
    for (const name of readdirSync(join(folder, kind))) {
      const text = readFileSync(join(folder, kind, name), 'utf8');
      const yaml = parseStrictYaml(text, name);
      if (!yaml.ok) throw new Error(name);
      const value = (kind === 'rules' ? parseRuleFile : parseManifest)(yaml.value.value);
      if (value.ok) made[textDigest(text)] = change(value.value);
    }
  mkdirSync(dirname(readyFile(folder)), { recursive: true });
  writeFileSync(readyFile(folder), JSON.stringify(made));
  return folder;
}

const read = (folder: string, shippedFolder: string) => {
  const policy = readPolicy({ folder, shippedFolder });
  if (!policy.ok) throw new Error(JSON.stringify(policy.faults));
  return policy.value;
};

test('made ready, a file says what its YAML says', async () => {
  const root = tempFolder();
  const ready = read(
    root,
    readied(root, (value) => value),
  );
  expect(ready.rules.length).toBeGreaterThan(20);
  // Read by a fresh copy of the module, so that nothing remembered answers for it.
  const plain = tempFolder();
  cpSync(shippedPolicyFolder, join(plain, 'shipped'), { recursive: true });
  vi.resetModules();
  const fresh = await import('../src/index.ts');
  const yaml = fresh.readPolicy({ folder: plain, shippedFolder: join(plain, 'shipped') });
  expect(yaml.ok && yaml.value).toEqual(ready);
});

test('an entry stands for exactly its text: one byte more and the file is read itself', () => {
  const root = tempFolder();
  const folder = readied(root, (value) => ({ ...(value as object), rules: [] }));
  const rules = join(folder, 'rules');
  for (const name of readdirSync(rules))
    writeFileSync(join(rules, name), `${readFileSync(join(rules, name), 'utf8')}# changed\n`);
  expect(read(root, folder).rules.length).toBeGreaterThan(20);
  writeFileSync(join(rules, 'zz.yaml'), 'schema: castellan/rules/v1\nrules: [{ id: X }]\n');
  expect(readPolicy({ folder: root, shippedFolder: folder }).ok, 'and its faults are seen').toBe(false);
});
