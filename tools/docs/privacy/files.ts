// What lies in the state folder: what it holds, how long, and how it goes. A law compares it with where the daemon says that everything lies.

export interface Kept {
  /** Name in `StatePaths`. */
  readonly key: string;
  /** As a person finds it, below the state folder. */
  readonly path: string;
  readonly holds: string;
  readonly kept: string;
  readonly goes: string;
}

const UNTIL_YOU = 'until you change it';

export const KEPT: readonly Kept[] = [
  { key: 'config', path: 'config.yaml', holds: 'what you chose', kept: UNTIL_YOU, goes: 'edit or remove it' },
  {
    key: 'modules',
    path: 'modules/',
    holds: 'manifests and locks of servers that you accepted',
    kept: UNTIL_YOU,
    goes: '`castellan modules remove`',
  },
  {
    key: 'undo',
    path: 'undo/',
    holds:
      'what files held before calls changed them; sealed with a key of the vault where there is one, always where it is private',
    kept: '14 days and 2 GiB, or as `undo` in config.yaml says',
    goes: 'by itself, the oldest first; or stop the daemon and remove the folder',
  },
  { key: 'rules', path: 'rules/', holds: 'rules of your own', kept: UNTIL_YOU, goes: 'remove the file' },
  {
    key: 'scripts',
    path: 'scripts/',
    holds: 'sources of scripts, each version by its digest',
    kept: 'as long as a version is known',
    goes: '`castellan scripts`',
  },
  {
    key: 'log',
    path: 'daemon/castellan.log',
    holds: 'what the daemon did and what failed, a line each, known secrets taken out',
    kept: 'the latest 50 MiB',
    goes: 'remove the file; `log.level` in config.yaml says how much is written',
  },
  {
    key: 'vault',
    path: 'vault/',
    holds: 'secrets, sealed',
    kept: 'until you remove one',
    goes: '`castellan secrets remove`',
  },
  {
    key: 'ledger',
    path: 'ledger/',
    holds: 'every call with its arguments (known secrets taken out), verdict, answer and outcome; sign-ins; changes',
    kept: 'for good, or as long as `retention` in config.yaml says',
    goes: '`castellan ledger seal`: the content goes, what proves the rest stays',
  },
  {
    key: 'database',
    path: 'castellan.db',
    holds: 'people (passwords hashed), sign-ins, tasks, approvals, grants, and an index of the ledger',
    kept: 'as long as what it is about',
    goes: 'with each of them: Settings on the pages, `castellan grants`, `castellan disconnect`',
  },
  {
    key: 'search',
    path: 'daemon/search.db',
    holds: 'an index of the ledger for queries: names of tools, hosts, rules and people, and signatures of texts',
    kept: 'as long as the ledger',
    goes: 'remove the file, or `castellan ledger reindex`: it is made again from the ledger',
  },
  {
    key: 'upgrades',
    path: 'upgrades/',
    holds: 'the whole state as it was before an upgrade, sealed',
    kept: 'the latest three',
    goes: 'remove the file',
  },
  {
    key: 'copyKey',
    path: 'daemon/copy.key',
    holds: 'the key of those copies',
    kept: 'for good',
    goes: 'remove the file; they can then not be opened any more',
  },
  {
    key: 'restored',
    path: 'daemon/restored.json',
    holds: 'that the state was put back from a copy, and from which',
    kept: 'until the next start',
    goes: 'by itself',
  },
  {
    key: 'panic',
    path: 'daemon/panic.json',
    holds: 'that a panic was declared, and when',
    kept: 'until a person ends the panic',
    goes: '`castellan recover close`',
  },
  {
    key: 'runbook',
    path: 'runbook.md',
    holds: 'whom to call and what to do, in your own words',
    kept: UNTIL_YOU,
    goes: '`castellan runbook edit`, or remove it',
  },
  {
    key: 'state',
    path: 'daemon/state.json',
    holds: 'port and token of the daemon that runs',
    kept: 'until it ends',
    goes: 'by itself',
  },
  {
    key: 'socket',
    path: 'daemon/castellan.sock',
    holds: 'nothing: where programs of this machine reach it',
    kept: 'until it ends',
    goes: 'by itself',
  },
  {
    key: 'lock',
    path: 'daemon/lock.db',
    holds: 'nothing: that one daemon runs',
    kept: 'for good',
    goes: 'with the folder',
  },
  {
    key: 'ledgerKey',
    path: 'daemon/ledger.key',
    holds: 'the key that signs heads of the ledger',
    kept: 'for good',
    goes: 'with the folder; earlier heads can then be checked and no more be made',
  },
  {
    key: 'digestKey',
    path: 'daemon/digest.key',
    holds: 'the key of digests that stand in records in place of what was private',
    kept: 'for good',
    goes: 'with the folder',
  },
  {
    key: 'setupCode',
    path: 'daemon/setup-code',
    holds: 'the one-time code, where no terminal showed it',
    kept: 'until set-up is done',
    goes: 'by itself',
  },
];

/** Beside the state folder. */
export const ELSEWHERE: readonly Omit<Kept, 'key'>[] = [
  {
    path: '~/.local/share/castellan/castellan-backups/, or below `backups.to`',
    holds: 'copies of everything above that is worth keeping, sealed by your passphrase',
    kept: 'those made by themselves: the latest `backups.keep`; others until you remove them',
    goes: 'remove the file',
  },
  {
    path: 'the state folder with `.before-restore-` and a time behind its name',
    holds: 'the state that stood there before `castellan restore --replace`',
    kept: UNTIL_YOU,
    goes: 'remove the folder',
  },
  {
    path: "the agents' own settings",
    holds: 'our entries, and a backup of each file as it was',
    kept: 'while they are connected',
    goes: '`castellan disconnect`',
  },
  {
    path: '`~/.cache/castellan`',
    holds: 'servers that were installed, and folders of runs',
    kept: 'while they are used',
    goes: 'remove it while the daemon is down',
  },
  {
    path: 'your browser',
    holds: 'a sign-in: a cookie and half of a token; the theme',
    kept: '72 h at most',
    goes: 'sign out',
  },
];
