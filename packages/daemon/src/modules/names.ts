// Which names a new module may have. INVARIANT: no module takes the name of another: rules, levels and denies go by names.
import type { Manifest, McpStart } from '@castellan/contract';
import type { ModuleView as PolicyModule } from '@castellan/policy';
import { isOwnUser } from '../vault/index.ts';
import { fault, type ModuleFault } from './fault.ts';
import { BETWEEN, isShipped } from './standing.ts';

/** The last part of a path. */
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** package: it is that package. file-name: a file of that name, which anybody may give to any program. */
export type OfServer = 'package' | 'file-name';

/** Whether a manifest that comes with Castellan is about this very program: then its sorting is of these tools. */
export function isOfServer({ start }: Manifest, planned: McpStart): OfServer | null {
  if (start.kind !== 'mcp' || planned.kind !== 'mcp') return null;
  const { package: pinned } = planned;
  if (pinned === undefined) {
    const isNamed = start.command !== 'npx' && start.command !== 'uvx' && baseOf(planned.command) === start.command;
    return isNamed ? 'file-name' : null;
  }
  const runner = pinned.ecosystem === 'npm' ? 'npx' : 'uvx';
  return start.command === runner && start.args.includes(pinned.name) ? 'package' : null;
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
  if (isOwnUser(name))
    return fault(
      'conflict',
      `\`${name}\` is the name under which Castellan itself uses secrets`,
      `choose another name: \`my-${name}\``,
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

/**
 * A shipped manifest's name stands for its server: another one under it would be taken for it.
 * @param sortAs whose server the person says that it is, having seen which program it is.
 */
export function shippedFault(
  name: string,
  modules: readonly PolicyModule[],
  start: McpStart,
  sortAs: string | null,
): ModuleFault | null {
  const shipped = modules.find(({ manifest, source }) => manifest.name === name && isShipped(source));
  if (shipped === undefined) return null;
  const known = isOfServer(shipped.manifest, start);
  if (known === 'package' || (known === 'file-name' && sortAs === name)) return null;
  const own = shipped.manifest.start;
  const of = own.kind === 'mcp' ? ` for \`${[own.command, ...own.args].join(' ')}\`` : '';
  const called =
    known === null || start.kind !== 'mcp'
      ? 'this is another server'
      : `\`${start.command}\` is so by its file name alone`;
  const say = known === null ? '' : `; or say that it is that server: \`--sort-as ${name}\``;
  return fault(
    'conflict',
    `\`${name}\` is the name of a module that comes with Castellan${of}, and ${called}`,
    `choose another name: \`my-${name}\`${say}`,
  );
}

export interface Sorting {
  readonly sorted: Manifest | null;
  /** A shipped manifest that is of programs of this file name; it sorts nothing before the person says so. */
  readonly byFileName: { readonly module: string; readonly program: string } | null;
}

/** Who sorts the tools of this very server. */
export function sortingOf(
  modules: readonly PolicyModule[],
  start: McpStart,
  sortAs: string | null,
): Sorting | ModuleFault {
  const shipped = modules.filter(({ source }) => isShipped(source)).map(({ manifest }) => manifest);
  const sure = shipped.find((manifest) => isOfServer(manifest, start) === 'package');
  if (sure !== undefined) return { sorted: sure, byFileName: null };
  const alike = shipped.find((manifest) => isOfServer(manifest, start) === 'file-name');
  if (sortAs !== null && alike?.name !== sortAs)
    return fault('bad', `no module \`${sortAs}\` that comes with Castellan is of this program`, 'leave `sortAs` out');
  if (alike === undefined || start.kind !== 'mcp') return { sorted: null, byFileName: null };
  return { sorted: sortAs === null ? null : alike, byFileName: { module: alike.name, program: start.command } };
}
