// Reads a policy folder and the embedded defaults. Every fault of every file is reported at once, with file and line, and
// one fault means no policy: a rule that silently fell out would be a hole nobody asked for.
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_CONFIG,
  type Digest,
  type Fault,
  faulty,
  type Manifest,
  type Parsed,
  type PolicySource,
  parseConfig,
  parsed,
  parseManifest,
  parseRuleFile,
  type Rule,
} from '@castellan/contract';
import { listYaml, readYaml } from './yaml-file.ts';

export interface PolicyFolders {
  readonly folder: string;
  readonly shippedFolder: string;
}

interface Found<T> {
  readonly source: string;
  readonly shipped: boolean;
  readonly text: string;
  readonly value: T;
}

const digestOf = (text: string): Digest => `sha256:${hash('sha256', text, 'hex')}`;

function readAll<T>(
  folder: string,
  part: string,
  shipped: boolean,
  parse: (input: unknown) => Parsed<T>,
  faults: Fault[],
): readonly Found<T>[] {
  const names = listYaml(join(folder, part), part);
  if (!names.ok) {
    faults.push(...names.faults);
    return [];
  }
  return names.value.flatMap((name) => {
    const source = shipped ? `shipped/${part}/${name}` : `${part}/${name}`;
    const read = readYaml(join(folder, part, name), source, parse);
    if (read.ok) return [{ source, shipped, ...read.value }];
    faults.push(...read.faults);
    return [];
  });
}

function twice(names: readonly { readonly name: string; readonly source: string }[], what: string): readonly Fault[] {
  const first = new Map<string, string>();
  return names.flatMap(({ name, source }) => {
    const earlier = first.get(name);
    first.set(name, earlier ?? source);
    return earlier === undefined
      ? []
      : [
          {
            path: source,
            message: `${what} \`${name}\` is already defined in \`${earlier}\``,
            hint: 'give it another name, or remove one of the two',
          },
        ];
  });
}

export function readPolicy({ folder, shippedFolder }: PolicyFolders): Parsed<PolicySource> {
  const faults: Fault[] = [];
  const configPath = join(folder, 'config.yaml');
  const config = existsSync(configPath)
    ? readYaml(configPath, 'config.yaml', parseConfig)
    : parsed({ text: '', value: DEFAULT_CONFIG });
  if (!config.ok) faults.push(...config.faults);
  const own = readAll<Manifest>(folder, 'modules', false, parseManifest, faults);
  const shipped = readAll<Manifest>(shippedFolder, 'modules', true, parseManifest, faults);
  const ruleFiles = [
    ...readAll(shippedFolder, 'rules', true, parseRuleFile, faults),
    ...readAll(folder, 'rules', false, parseRuleFile, faults),
  ];
  const rules = ruleFiles.flatMap(({ source, shipped: isShipped, value }) =>
    value.rules.map((rule: Rule) => ({ source, shipped: isShipped, rule })),
  );
  faults.push(
    ...twice(
      own.map(({ value, source }) => ({ name: value.name, source })),
      'module',
    ),
  );
  faults.push(
    ...twice(
      rules.map(({ rule, source }) => ({ name: rule.id, source })),
      'rule',
    ),
  );
  if (!config.ok || faults.length > 0) return faulty(...faults);
  const replaced = new Set(own.map(({ value }) => value.name));
  const manifests = [...shipped.filter(({ value }) => !replaced.has(value.name)), ...own];
  const listing = [
    ['config.yaml', config.value.text],
    ...[...manifests, ...ruleFiles].map(({ source, text }) => [source, text]),
  ];
  return parsed({
    config: config.value.value,
    manifests: manifests.map(({ source, shipped: isShipped, text, value }) => ({
      source,
      shipped: isShipped,
      digest: digestOf(text),
      manifest: value,
    })),
    rules,
    digest: digestOf(JSON.stringify(listing)),
  });
}
