// Changes of config.yaml made through the API: parse, change, check the whole, write atomically. The user's comments stay.
import { readFileSync } from 'node:fs';
import {
  type Config,
  type Digest,
  type Fault,
  faulty,
  type JsonValue,
  type ModuleSandbox,
  type Parsed,
  type PolicyChange,
  parseConfig,
  parsed,
} from '@castellan/contract';
import { editYaml, writeFileAtomic, type YamlEdit } from '@castellan/facts';

export type ConfigChange =
  | Exclude<PolicyChange, { change: 'reload' }>
  /** What was set for a module that goes away. Its denies stay: they wait for whatever comes under its name. */
  | { readonly change: 'forget'; readonly module: string }
  /** A manifest and the lock of its server, in one act: neither is believed without the other. */
  | {
      readonly change: 'accept-server';
      readonly module: string;
      readonly digest: Digest;
      readonly lock: Digest;
      readonly sandbox?: ModuleSandbox;
    };

/** As it stands in a file: members that are undefined are not there. */
const jsonOf = (value: unknown): JsonValue | undefined =>
  value === null ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);

function editsFor(change: ConfigChange, config: Config): readonly YamlEdit[] {
  switch (change.change) {
    case 'preset':
      return [{ path: ['preset'], value: change.preset }];
    case 'level': {
      const path =
        change.tool === undefined
          ? ['modules', change.module, 'level']
          : ['modules', change.module, 'tools', change.tool];
      return [{ path, value: change.level ?? undefined }];
    }
    case 'profile': {
      const { mode, autonomy } = change;
      return [
        ...(mode === undefined ? [] : [{ path: ['profile', 'mode'], value: mode }]),
        ...(autonomy === undefined ? [] : [{ path: ['profile', 'autonomy'], value: autonomy ?? undefined }]),
      ];
    }
    case 'approvals': {
      const { change: _, ...chosen } = change;
      return Object.entries(chosen).flatMap(([name, value]) =>
        value === undefined ? [] : [{ path: ['approvals', name], value }],
      );
    }
    case 'channel':
      return [{ path: ['notify', 'channels', change.name], value: jsonOf(change.channel) }];
    case 'address':
      return [{ path: ['notify', 'address'], value: change.address ?? undefined }];
    case 'accept':
      return [{ path: ['modules', change.module, 'accepted'], value: change.digest }];
    case 'accept-server':
      return [
        { path: ['modules', change.module, 'accepted'], value: change.digest },
        { path: ['modules', change.module, 'lock'], value: change.lock },
        ...(change.sandbox === undefined
          ? []
          : [{ path: ['modules', change.module, 'sandbox'], value: jsonOf(change.sandbox) }]),
      ];
    case 'sandbox':
      return [{ path: ['modules', change.module, 'sandbox'], value: jsonOf(change.sandbox) }];
    case 'forget':
      return forgetting(change.module, config);
    case 'deny': {
      const others = config.deny.filter((pattern) => pattern !== change.pattern);
      return [{ path: ['deny'], value: change.denied ? [...others, change.pattern] : others }];
    }
  }
}

function forgetting(module: string, config: Config): readonly YamlEdit[] {
  const own = Object.hasOwn(config.modules, module) ? config.modules[module] : undefined;
  if (own === undefined) return [];
  const tools = Object.entries(own.tools).filter(([, level]) => level === 'deny');
  const denies = {
    ...(own.level === 'deny' && { level: own.level }),
    ...(tools.length > 0 && { tools: Object.fromEntries(tools) }),
  };
  return [{ path: ['modules', module], value: Object.keys(denies).length === 0 ? undefined : denies }];
}

/** Writes the changed file, or nothing when the result would not be a good configuration. Gives back the text before. */
export function changeConfig(path: string, change: ConfigChange, config: Config): Parsed<string> {
  const before = readFileSync(path, 'utf8');
  const edited = editYaml(before, editsFor(change, config));
  if (!edited.ok) return edited;
  const checked = parseConfig(edited.value.value);
  if (!checked.ok)
    return faulty(...checked.faults.map((fault): Fault => ({ ...fault, path: `config.yaml ${fault.path}` })));
  writeFileAtomic(path, edited.value.text, 0o600);
  return parsed(before);
}

/** What a first start writes: the embedded defaults, spelt out and explained. */
export const FIRST_CONFIG = `# Castellan's configuration. Changes take effect at once; a bad file keeps the last good one.
schema: castellan/config/v1

# supervised: ask in the agent's terminal. autonomous: wait for a person anywhere. full-auto: run and record.
# No preset loosens a Critical or Strict rule, and none runs what could not be told.
preset: autonomous

# Levels of a module or of one tool: allow, ask, confirm, deny.
modules: {}

# What must never run, whatever else is set: module/tool or module/*.
deny: []

approvals:
  # Seconds a person has to answer. Silence is deny.
  timeoutSeconds: 120
`;
