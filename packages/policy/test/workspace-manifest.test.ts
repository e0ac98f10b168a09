// Our own tools for files and commands are as strict as the tools of an agent that they stand in for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from '@castellan/contract';
import { parseStrictYaml, shippedPolicyFolder } from '@castellan/facts';
import { expect, test } from 'vitest';

function byEffects(name: string) {
  const yaml = parseStrictYaml(readFileSync(join(shippedPolicyFolder, 'modules', `${name}.yaml`), 'utf8'), name);
  const manifest = yaml.ok ? parseManifest(yaml.value.value) : yaml;
  if (!manifest.ok) throw new Error(`no manifest \`${name}\``);
  return new Map(manifest.value.tools.byEffects.map((tool) => [tool.name, tool]));
}

const SAME = {
  read_file: 'Read',
  write_file: 'Write',
  edit_file: 'Edit',
  find_files: 'Glob',
  search_text: 'Grep',
  list_folder: 'LS',
  run_command: 'Bash',
} as const;

test('each is sorted and analysed as the one it stands in for', () => {
  const ours = byEffects('workspace');
  const theirs = byEffects('claude-code');
  expect([...ours.keys()].toSorted()).toEqual(Object.keys(SAME).toSorted());
  for (const [name, other] of Object.entries(SAME)) {
    const { effects, safe, scope } = ours.get(name) ?? {};
    const model = theirs.get(other);
    expect({ effects, safe, scope }, name).toEqual({
      effects: model?.effects,
      safe: model?.safe,
      scope: model?.scope,
    });
  }
});
