// What the modules room stands on.
import type { StatePaths } from '../state/index.ts';
import type { Parts } from '../surfaces/index.ts';
import type { SignIns } from './sign-ins.ts';

export interface ModulesHost {
  readonly parts: Parts;
  readonly paths: Pick<StatePaths, 'home' | 'modules'>;
  /** Of the daemon: the allowlist and `pass` are taken of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signIns: SignIns | null;
  /** A way out for a server that is only looked at. */
  readonly openWay: (
    module: string,
    hosts: readonly string[],
  ) => Promise<AsyncDisposable & { readonly socket: string }>;
  /** Of this program. */
  readonly version: string;
}
