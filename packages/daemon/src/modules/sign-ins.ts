// What the registry asks of whoever signs in to servers (M6). INVARIANT: a token goes to the client of the server it is for
// and nowhere else: nothing here gives one back.
import type { ModuleView } from '@castellan/contract';
import type { UpstreamHost } from '@castellan/gateway';

export interface SignIns {
  /** Undefined: nobody is signed in to it. */
  provider: UpstreamHost['authProvider'];
  /** Null: it has no address. */
  state(module: string): ModuleView['signIn'];
  /** A module that was removed: its tokens go with it. */
  forget(module: string, by: string): Promise<void>;
}
