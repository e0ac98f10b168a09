// Which names a new module may have. INVARIANT: no module takes the name of another: rules, levels and denies go by names.
import type { Manifest, McpStart } from '@castellan/contract';
import type { ModuleView as PolicyModule } from '@castellan/policy';
import { fault, type ModuleFault } from './fault.ts';
import { BETWEEN, isShipped } from './standing.ts';

/** The last part of a path. */
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether a manifest that comes with Castellan is about this very program: then its sorting is of these tools. */
export function isOfServer({ start }: Manifest, planned: McpStart): boolean {
  if (start.kind !== 'mcp' || planned.kind !== 'mcp') return false;
  const { package: pinned } = planned;
  if (pinned === undefined)
    return start.command !== 'npx' && start.command !== 'uvx' && baseOf(planned.command) === start.command;
  const runner = pinned.ecosystem === 'npm' ? 'npx' : 'uvx';
  return start.command === runner && start.args.includes(pinned.name);
}

/** A module of one's own that has a manifest and no lock is set up, not added. */
export type NameFor =
  | { readonly kind: 'new' }
  | { readonly kind: 'set-up'; readonly module: PolicyModule }
  | ModuleFault;

/** @param locked whether a lock of it stands. */
export function nameFor(name: string, modules: readonly PolicyModule[], locked: (module: string) => boolean): NameFor {
  if (name.includes(BETWEEN))
    return fault(
      'bad',
      `\`${name}\` has \`${BETWEEN}\`, which stands between a module and a tool`,
      'write one `-` or `_`',
    );
  const taken = modules.find(({ manifest }) => manifest.name === name);
  if (taken !== undefined && !isShipped(taken.source)) {
    if (!locked(name) && taken.manifest.start.kind.startsWith('mcp')) return { kind: 'set-up', module: taken };
    return fault(
      'conflict',
      `there is a module \`${name}\` already`,
      `choose another name, or \`castellan modules remove ${name}\` first`,
    );
  }
  if (taken !== undefined) {
    const { start, title } = taken.manifest;
    if (start.kind === 'built-in')
      return fault('conflict', `\`${name}\` is the name of the tools of ${title} itself`, 'choose another name');
    // Decided once it is known which server it is.
    return { kind: 'new' };
  }
  const alias = modules.find(({ manifest }) => manifest.aliases.includes(name));
  if (alias === undefined) return { kind: 'new' };
  return fault(
    'conflict',
    `\`${name}\` is another name of the module \`${alias.manifest.name}\``,
    'choose another name',
  );
}

/** A shipped manifest's name stands for its server: another one under it would be taken for it. */
export function shippedFault(name: string, modules: readonly PolicyModule[], start: McpStart): ModuleFault | null {
  const shipped = modules.find(({ manifest, source }) => manifest.name === name && isShipped(source));
  if (shipped === undefined || isOfServer(shipped.manifest, start)) return null;
  const own = shipped.manifest.start;
  const of = own.kind === 'mcp' ? ` for \`${[own.command, ...own.args].join(' ')}\`` : '';
  return fault(
    'conflict',
    `\`${name}\` is the name of a module that comes with Castellan${of}, and this is another server`,
    `choose another name: \`my-${name}\``,
  );
}

/** Who sorts the tools of this very server. */
export const sortedBy = (modules: readonly PolicyModule[], start: McpStart): Manifest | null =>
  modules.find(({ source, manifest }) => isShipped(source) && isOfServer(manifest, start))?.manifest ?? null;
