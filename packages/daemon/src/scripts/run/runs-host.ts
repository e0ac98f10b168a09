// What runs stand on, as they are opened and as they use it.
import type { Session } from '@castellan/contract';
import type { McpEndpoint } from '@castellan/gateway';
import type { ScriptPool } from '@castellan/sandbox';
import type { Modules } from '../../modules/index.ts';
import type { Refusals } from '../../records/index.ts';
import type { Calls, Parts } from '../../surfaces/index.ts';
import type { Versions } from '../parts.ts';
import type { UseTool } from './turn.ts';

export interface RunsOpening {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
  readonly pool: Pick<ScriptPool, 'enter' | 'isolation'>;
  readonly versions: Pick<Versions, 'again' | 'whyNoMore'>;
  readonly gateway: { readonly door: { endpoint(): Promise<Pick<McpEndpoint, 'runTool'>> } };
  readonly modules: Pick<Modules, 'get'> & { readonly upstreams: Pick<Modules['upstreams'], 'closeSession'> };
}

export interface RunsHost extends Omit<RunsOpening, 'gateway' | 'modules'> {
  readonly useTool: UseTool;
  /** Where a module's server is: a host, null for a process here, undefined: there is none. */
  readonly serverHost: (module: string) => string | null | undefined;
  /** Servers of a session that is over end. */
  readonly closeSession: (session: Session['id']) => Promise<void>;
}
