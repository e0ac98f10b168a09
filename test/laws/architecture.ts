// The architecture as data: every package, what it is, what it may import, and why not more.
// RULE: a package outside this table does not exist, and an arrow outside this table is a bug in the design, not in the law.

export interface Row {
  /** 0 is the bottom. Arrows point to a lower layer only. */
  readonly layer: number;
  /** The first sentence of its README, without the capital and the full stop. */
  readonly sentence: string;
  readonly mayImport: readonly PackageName[];
  /** Why every arrow that is not in `mayImport` is forbidden. */
  readonly why: string;
  /** Better reasons for the arrows somebody will want. */
  readonly whyNot?: Readonly<Partial<Record<PackageName, string>>>;
}

export const PACKAGE_NAMES = [
  'contract',
  'starlark',
  'ledger',
  'shell',
  'policy',
  'secrets',
  'facts',
  'sandbox',
  'gateway',
  'client',
  'agents',
  'daemon',
  'cli',
  'web',
] as const;
export type PackageName = (typeof PACKAGE_NAMES)[number];

/** `gateway` and `sandbox` are handed what they need as functions. */
const HANDED = 'it receives `gate`, `record` and `redact` as arguments, so that three arrow functions can test it';
const BOTTOM = 'it is the bottom: whoever imports it must not get anything else with it';

export const ARCHITECTURE: Readonly<Record<PackageName, Row>> = {
  contract: {
    layer: 0,
    sentence: 'every type that crosses a process, a disk or a package, with its one parser',
    mayImport: [],
    why: BOTTOM,
  },
  starlark: {
    layer: 0,
    sentence: 'runs untrusted Starlark programs within a budget; knows nothing of agents, files or clocks',
    mayImport: [],
    why: 'an interpreter of untrusted programs holds nothing that is worth escaping to',
  },
  ledger: {
    layer: 0,
    sentence: 'appends bytes to a Merkle log and proves it; knows nothing of what they mean',
    mayImport: [],
    why: 'a log that anyone verifies must not need the vocabulary of those who wrote it',
  },
  shell: {
    layer: 1,
    sentence: 'says what a shell command would do, as effects, and what it could not tell',
    mayImport: ['contract'],
    why: 'an analysis is a function of the command alone',
  },
  policy: {
    layer: 1,
    sentence: '(call, effects, policy, session facts) → verdict with reasons; pure, synchronous, runs in a browser',
    mayImport: ['contract', 'shell'],
    why: 'a decision is a function of its arguments; whatever else it could reach could change it',
    whyNot: {
      facts: 'the world arrives as facts, an argument; reading it here would make a verdict impossible to replay',
    },
  },
  secrets: {
    layer: 1,
    sentence: 'finds and redacts secret values in streams and values; seals them at rest',
    mayImport: ['contract'],
    why: 'whoever imports it must not be able to send what it holds anywhere',
  },
  facts: {
    layer: 1,
    sentence:
      'reads what pure code must know of the world: where a path really leads, what a host resolves to, the policy folder',
    mayImport: ['contract'],
    why: 'it reads and never judges',
    whyNot: { policy: 'facts are what a decision is made from, so they cannot depend on one' },
  },
  sandbox: {
    layer: 2,
    sentence: 'turns a confinement spec into a confined process or a confined script run',
    mayImport: ['contract', 'starlark'],
    why: HANDED,
  },
  gateway: {
    layer: 2,
    sentence:
      'stands between an agent and what it talks to (`mcp/` servers, `model/` servers, the network by `egress/`) and asks a given `gate`',
    mayImport: ['contract'],
    why: HANDED,
  },
  client: {
    layer: 2,
    sentence: 'the only code that speaks the local API',
    mayImport: ['contract'],
    why: 'a client knows the protocol and nothing of how it is kept',
  },
  agents: {
    layer: 3,
    sentence:
      'per agent: install, launch, verify; translate its hook events to calls and verdicts to its exit codes; fails closed',
    mayImport: ['contract', 'client', 'sandbox'],
    why: 'an adapter makes a call and obeys a verdict; nothing else may decide',
    whyNot: { policy: 'an adapter that can evaluate the policy is a second road around the gate' },
  },
  daemon: {
    layer: 4,
    sentence: 'the composition root: state, sockets, approvals, clocks; owns `gate.ts`',
    mayImport: [
      'contract',
      'starlark',
      'ledger',
      'shell',
      'policy',
      'secrets',
      'facts',
      'sandbox',
      'gateway',
      'agents',
    ],
    why: 'what stands above the daemon speaks to it over its API',
    whyNot: {
      client: 'a daemon that calls its own API would authenticate as somebody it is not; agents bring it along',
    },
  },
  cli: {
    layer: 5,
    sentence: 'flags, terminal, exit codes; does nothing itself',
    mayImport: ['contract', 'client', 'agents', 'policy', 'facts', 'secrets', 'ledger'],
    why: 'it does nothing itself but the offline commands (`try`, `policy test`, `redact`, `ledger verify`)',
    whyNot: { daemon: 'it starts the daemon and speaks to it, as any client would' },
  },
  web: {
    layer: 5,
    sentence: 'the admin UI',
    mayImport: ['contract', 'client', 'policy'],
    why: 'what it imports runs in a browser, in front of a person who may be looking at hostile text',
  },
};

/** Every arrow that is not allowed, with its reason. */
export function reasonAgainst(from: PackageName, to: PackageName): string {
  const row = ARCHITECTURE[from];
  return row.whyNot?.[to] ?? row.why;
}

/** The name a package is imported by. */
export const importName = (name: PackageName): string => (name === 'cli' ? 'castellan' : `@castellan/${name}`);

export const isPackageName = (name: string): name is PackageName => (PACKAGE_NAMES as readonly string[]).includes(name);
