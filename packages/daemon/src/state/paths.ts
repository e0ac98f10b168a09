// Where everything lies in the state folder (architecture.md, State).
import { join } from 'node:path';

export interface StatePaths {
  readonly home: string;
  readonly daemon: string;
  readonly state: string;
  readonly socket: string;
  readonly lock: string;
  /** The daemon's own log, and beside it the full ones. */
  readonly log: string;
  readonly ledgerKey: string;
  readonly digestKey: string;
  readonly setupCode: string;
  /** While it lies there nothing is let through. */
  readonly panic: string;
  /** The person's own: whom to call, what to do. */
  readonly runbook: string;
  readonly ledger: string;
  readonly database: string;
  /** The index of queries: made again from the ledger whenever it is gone. */
  readonly search: string;
  readonly config: string;
  readonly modules: string;
  readonly rules: string;
  readonly vault: string;
  /** Sources of scripts, by the digest of their bytes. */
  readonly scripts: string;
  /** Copies that were made before an upgrade, and the key that opens them. */
  readonly upgrades: string;
  readonly copyKey: string;
  /** In a state that was put back, until its first start has closed every way in. */
  readonly restored: string;
  /** What calls found before they changed it. */
  readonly undo: string;
}

export function statePaths(home: string): StatePaths {
  const daemon = join(home, 'daemon');
  return {
    home,
    daemon,
    state: join(daemon, 'state.json'),
    socket: join(daemon, 'castellan.sock'),
    lock: join(daemon, 'lock.db'),
    log: join(daemon, 'castellan.log'),
    ledgerKey: join(daemon, 'ledger.key'),
    digestKey: join(daemon, 'digest.key'),
    setupCode: join(daemon, 'setup-code'),
    panic: join(daemon, 'panic.json'),
    runbook: join(home, 'runbook.md'),
    ledger: join(home, 'ledger'),
    database: join(home, 'castellan.db'),
    search: join(daemon, 'search.db'),
    config: join(home, 'config.yaml'),
    modules: join(home, 'modules'),
    rules: join(home, 'rules'),
    vault: join(home, 'vault'),
    scripts: join(home, 'scripts'),
    upgrades: join(home, 'upgrades'),
    copyKey: join(daemon, 'copy.key'),
    restored: join(daemon, 'restored.json'),
    undo: join(home, 'undo'),
  };
}
