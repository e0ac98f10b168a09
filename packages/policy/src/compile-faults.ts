// What makes a policy unfit to load: names that lead nowhere, names that lead to two places. A typo must never loosen
// anything, so a name that is nearly right is a fault too.
import type { Config, Fault, PolicySource, Rule } from '@castellan/contract';
import { namePattern } from './text/name-pattern.ts';
import { nearest } from './text/nearest.ts';

/**
 * What Castellan itself does goes by names of its own: another manifest of such a name would say what our tools do, or what
 * anybody's server of that name may.
 */
export function ownNameFaults({ manifests }: Pick<PolicySource, 'manifests'>): readonly Fault[] {
  const ours = new Set(
    manifests.flatMap(({ shipped, manifest: { name, start } }) =>
      shipped && start.kind === 'built-in' && start.agent === 'castellan' ? [name] : [],
    ),
  );
  return manifests
    .filter(({ shipped, manifest: { name } }) => !shipped && ours.has(name))
    .map(({ source, manifest: { name } }) => ({
      path: source,
      message: `\`${name}\` is the name of tools of Castellan itself`,
      hint: `set levels for \`${name}\` in config.yaml; give a module of your own another name`,
    }));
}

/** By every name a module goes by: its own name and its tools. */
export type Names = ReadonlyMap<string, { readonly name: string; readonly tools: ReadonlySet<string> }>;

export function manifestFaults(entries: PolicySource['manifests']): readonly Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const { manifest, source } of entries) {
    for (const name of new Set([manifest.name, ...manifest.aliases])) {
      const earlier = owners.get(name);
      if (earlier !== undefined) {
        faults.push({
          path: source,
          message: `\`${name}\` already names the module of \`${earlier}\``,
          hint: 'a name or alias may lead to one module only',
        });
      }
      owners.set(name, source);
    }
  }
  return faults;
}

export function configFaults(config: Config, names: Names): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [module, settings] of Object.entries(config.modules)) {
    const path = `config.modules.${module}`;
    const known = names.get(module);
    if (known === undefined) {
      const near = nearest(module, names.keys());
      // Only a deny may name what is not installed: it waits for it. Anything else would silently have no effect.
      const tools = Object.values(settings.tools);
      const denies = [...tools, ...(settings.level === undefined ? [] : [settings.level])];
      const said = denies.length > 0 || settings.accepted !== undefined || settings.lock !== undefined;
      if (near === undefined && said && denies.every((level) => level === 'deny')) continue;
      faults.push({
        path,
        message: `no module is called \`${module}\``,
        hint:
          near === undefined ? `write modules/${module}.yaml first; it may list no tools` : `did you mean \`${near}\`?`,
      });
      continue;
    }
    if (known.name !== module) {
      faults.push({
        path,
        message: `\`${module}\` is another name of \`${known.name}\``,
        hint: `write \`${known.name}\``,
      });
    }
    for (const [tool, level] of Object.entries(settings.tools)) {
      if (known.tools.has(tool)) continue;
      const near = nearest(tool, known.tools);
      if (near === undefined && level === 'deny') continue;
      faults.push({
        path: `${path}.tools.${tool}`,
        message: `\`${module}\` has no tool \`${tool}\``,
        hint: near === undefined ? "classify it in the module's manifest first" : `did you mean \`${near}\`?`,
      });
    }
  }
  return faults;
}

/** A rule that names a tool which a known module lacks would never match: a guardrail with a hole. */
export function ruleToolFaults(rule: Pick<Rule, 'on'>, path: string, names: Names): readonly Fault[] {
  return (rule.on.tools ?? []).map(namePattern).flatMap((pattern): readonly Fault[] => {
    const known = names.get(pattern.module);
    if (!pattern.exact || known === undefined || known.tools.has(pattern.tool)) return [];
    const near = nearest(pattern.tool, known.tools);
    return [
      {
        path: `${path}.on.tools`,
        message: `\`${pattern.module}\` has no tool \`${pattern.tool}\``,
        ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
      },
    ];
  });
}
