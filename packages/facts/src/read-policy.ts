// The policy folder and the shipped defaults, read whole or not at all. INVARIANT: a policy is only given when every file of
// it is without fault; all faults of all files are reported at once.
import { createHash } from 'node:crypto';
import {
  type Config,
  canonicalJson,
  DEFAULT_CONFIG,
  type Fault,
  type JsonValue,
  type Parsed,
  type PolicySource,
  parseConfig,
  parsed,
  parseManifest,
  parseRuleFile,
  type Sha256,
} from '@castellan/contract';
import { type PolicyFile, readPolicyFile, readPolicyFolder } from './policy-files.ts';
import { parseStrictYaml, type YamlFile } from './strict-yaml.ts';

export interface PolicyLocation {
  /** The user's policy folder, usually the state folder. */
  readonly folder: string;
  /** The defaults that come with Castellan: `modules/` and `rules/`. */
  readonly shippedFolder: string;
  readonly sha256?: Sha256;
}

const nodeSha256: Sha256 = (text) => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

/** What was read from one file, with the means to say where in it. */
interface Loaded<T> {
  readonly source: string;
  readonly shipped: boolean;
  readonly value: T;
  readonly at: (path: string) => string;
}

type Manifest = PolicySource['manifests'][number]['manifest'];
type RuleFile = ReturnType<typeof parseRuleFile> extends Parsed<infer T> ? T : never;

export function readPolicy(location: PolicyLocation): Parsed<PolicySource> {
  const sha256 = location.sha256 ?? nodeSha256;
  const faults: Fault[] = [];
  const config = loadConfig(location.folder, faults);
  const manifests = [true, false].flatMap((shipped) => loadFolder(location, 'modules', shipped, parseManifest, faults));
  const files = [true, false].flatMap((shipped) =>
    loadFolder<RuleFile>(location, 'rules', shipped, parseRuleFile, faults),
  );
  const kept = keepManifests(manifests, faults);
  const rules = keepRules(files, 'rules', faults);
  const labels = keepRules(files, 'labels', faults);
  if (faults.length > 0 || config === undefined) return { ok: false, faults };
  // Parsed by a schema of JSON types: what is typed here as a manifest or a rule is JSON.
  const digestOf = (value: unknown): ReturnType<Sha256> => sha256(canonicalJson(value as JsonValue));
  const listed = kept.map(({ source, shipped, value }) => ({
    source,
    shipped,
    digest: digestOf(value),
    manifest: value,
  }));
  const digest = digestOf({
    config: digestOf(config),
    manifests: listed.map(({ source, digest: each }) => ({ source, digest: each })),
    rules: rules.map(({ source, rule }) => ({ source, digest: digestOf(rule) })),
    labels: labels.map(({ source, rule }) => ({ source, digest: digestOf(rule) })),
  });
  return parsed({ config, manifests: listed, rules, labels, digest });
}

function loadConfig(folder: string, faults: Fault[]): Config | undefined {
  const misspelt = readPolicyFile(folder, 'config.yml');
  if (!misspelt.ok || misspelt.value !== undefined)
    faults.push({ path: 'config.yml', message: 'is not read', hint: 'rename it to `config.yaml`' });
  const read = readPolicyFile(folder, 'config.yaml');
  if (!read.ok) {
    faults.push(...read.faults);
    return undefined;
  }
  if (read.value === undefined) return DEFAULT_CONFIG;
  return load(read.value, read.value.source, false, parseConfig, faults)?.value;
}

function loadFolder<T>(
  { folder, shippedFolder }: PolicyLocation,
  name: string,
  shipped: boolean,
  parse: (input: unknown) => Parsed<T>,
  faults: Fault[],
): readonly Loaded<T>[] {
  const read = readPolicyFolder(shipped ? shippedFolder : folder, name);
  const labelled = (path: string): string => (shipped ? `shipped/${path}` : path);
  faults.push(...read.faults.map((fault) => ({ ...fault, path: labelled(fault.path) })));
  // Without its defaults Castellan would run without its guardrails.
  if (shipped && !read.exists)
    faults.push({ path: labelled(name), message: 'is missing', hint: 'install Castellan again' });
  return read.files.flatMap((file) => load(file, labelled(file.source), shipped, parse, faults) ?? []);
}

function load<T>(
  file: PolicyFile,
  source: string,
  shipped: boolean,
  parse: (input: unknown) => Parsed<T>,
  faults: Fault[],
): Loaded<T> | undefined {
  const yaml: Parsed<YamlFile> = parseStrictYaml(file.text, source);
  if (!yaml.ok) {
    faults.push(...yaml.faults);
    return undefined;
  }
  const at = (path: string): string => `${source}:${yaml.value.lineOf(path)}${path === '' ? '' : ` ${path}`}`;
  const value = parse(yaml.value.value);
  if (value.ok) return { source, shipped, value: value.value, at };
  faults.push(...value.faults.map((fault) => ({ ...fault, path: at(fault.path) })));
  return undefined;
}

/** A user's manifest replaces the shipped one of its name; two of the same kind are a fault. */
function keepManifests(manifests: readonly Loaded<Manifest>[], faults: Fault[]): readonly Loaded<Manifest>[] {
  const kept = new Map<string, Loaded<Manifest>>();
  for (const each of manifests) {
    const { name } = each.value;
    const earlier = kept.get(name);
    if (earlier !== undefined && earlier.shipped === each.shipped)
      faults.push({
        path: each.at('name'),
        message: `module \`${name}\` is defined in \`${earlier.source}\` already`,
        hint: 'keep one of the two files',
      });
    kept.set(name, each);
  }
  return [...kept.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** Rules are only ever added: an id that is taken would hide which of the two decided. */
function keepRules<Part extends 'rules' | 'labels'>(
  files: readonly Loaded<RuleFile>[],
  part: Part,
  faults: Fault[],
): readonly { readonly source: string; readonly shipped: boolean; readonly rule: RuleFile[Part][number] }[] {
  const taken = new Map<string, string>();
  return files.flatMap(({ source, shipped, value, at }) =>
    value[part].map((rule, index) => {
      const earlier = taken.get(rule.id);
      if (earlier !== undefined)
        faults.push({
          path: at(`${part}[${index}].id`),
          message: `rule \`${rule.id}\` is defined in \`${earlier}\` already`,
          hint: 'choose another id; a shipped rule cannot be replaced',
        });
      taken.set(rule.id, earlier ?? source);
      return { source, shipped, rule };
    }),
  );
}
