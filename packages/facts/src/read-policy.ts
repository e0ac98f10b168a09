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
import { type Ready, readyFor, textDigest } from './ready.ts';
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

/**
 * Reads config.yaml, `modules/` and `rules/` of a policy folder over the defaults that ship, and parses them; nothing is
 * compiled. Every fault of every file comes back together, each with its file and line. A folder that is not there yet is an
 * empty one.
 */
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
  return load(read.value, read.value.source, {}, parseConfig, faults)?.value;
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
  const ready = shipped ? readyFor(shippedFolder) : {};
  return read.files.flatMap((file) => {
    const loaded = load(file, labelled(file.source), ready, parse, faults);
    return loaded === undefined ? [] : [{ ...loaded, shipped }];
  });
}

/** Good files as they were read last, by name and text: the folder is read again every few seconds, and rarely changes. */
const remembered = new Map<string, Omit<Loaded<unknown>, 'shipped'>>();
const MOST_REMEMBERED = 500;

function load<T>(
  file: PolicyFile,
  source: string,
  ready: Ready,
  parse: (input: unknown) => Parsed<T>,
  faults: Fault[],
): Omit<Loaded<T>, 'shipped'> | undefined {
  const key = `${source}\0${file.text}`;
  const before = remembered.get(key);
  // The same name and text went through the same parser.
  if (before !== undefined) return before as Omit<Loaded<T>, 'shipped'>;
  const made = ready[textDigest(file.text)];
  const read =
    made === undefined ? loadYaml(file, source, parse, faults) : { value: made as T, at: linesOf(file, source) };
  if (read === undefined) return undefined;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, { source, ...read });
  return { source, ...read };
}

function loadYaml<T>(
  file: PolicyFile,
  source: string,
  parse: (input: unknown) => Parsed<T>,
  faults: Fault[],
): Pick<Loaded<T>, 'value' | 'at'> | undefined {
  const yaml = parseStrictYaml(file.text, source);
  if (!yaml.ok) {
    faults.push(...yaml.faults);
    return undefined;
  }
  const at = placeIn(yaml.value, source);
  const value = parse(yaml.value.value);
  if (value.ok) return { value: value.value, at };
  faults.push(...value.faults.map((fault) => ({ ...fault, path: at(fault.path) })));
  return undefined;
}

const placeIn =
  (yaml: YamlFile, source: string): Loaded<unknown>['at'] =>
  (path) =>
    `${source}:${yaml.lineOf(path)}${path === '' ? '' : ` ${path}`}`;

/** Lines are only looked for where something is wrong. */
function linesOf(file: PolicyFile, source: string): Loaded<unknown>['at'] {
  return (path) => {
    const yaml = parseStrictYaml(file.text, source);
    return yaml.ok ? placeIn(yaml.value, source)(path) : source;
  };
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
