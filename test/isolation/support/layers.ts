// The four layers and what holds each of them: data. The guide shows it, and a test holds the two together. RULE: a test stands here only
// where it attacks that layer with what lies above it switched off.

export interface Layer {
  readonly name: string;
  /** What is switched off while it is attacked: everything above it. */
  readonly without: string;
  /** What is tried, and the test that tries it. */
  readonly attacks: Readonly<Record<string, readonly string[]>>;
}

export const LAYERS: readonly Layer[] = [
  {
    name: 'Walls',
    without: 'the gate is set to allow, and the attacker asks it nothing',
    attacks: {
      'test/isolation/layers-walls.test.ts': [
        'the daemon’s token, the vault, the ledger and its key, the configuration, the rules',
        'credentials and sockets of another agent, its own hooks',
        'another project, a key of the person, what listens on this machine, settings of the kernel',
        'reading and signalling the daemon',
      ],
      'test/e2e/modules-sandbox.test.ts': ['the same by a hostile MCP server'],
      'test/clients/sandbox-claude.test.ts': [
        'the same by the shell of the real Claude Code, which does its work beside it',
      ],
      'test/clients/sandbox-codex.test.ts': ['the same by the shell of the real Codex'],
      'test/clients/sandbox-opencode.test.ts': ['the same by the shell of the real OpenCode'],
      'test/isolation/bombs.long.test.ts': ['processes, memory, disk and descriptors, as many as there are'],
    },
  },
  {
    name: 'The way out',
    without: 'no walls, the gate set to allow, and every host listed',
    attacks: {
      'test/isolation/layers-egress.test.ts': [
        'this machine in thirteen spellings, its network, the metadata service, Castellan itself',
        'a name in front of another address',
        'what stands beside a private host that was listed',
      ],
    },
  },
  {
    name: 'Another user, another container',
    without: 'no gate, no walls',
    attacks: {
      'test/isolation/two-users.test.ts': [
        'reading, listing, replacing, linking, moving what is not its own',
        'tracing, reading and signalling the daemon, the launcher and keepers',
        'rights, groups, descriptors, limits',
      ],
      'test/clients/two-users.test.ts': [
        'the same by the shell of the real Claude Code, which does its work beside it',
      ],
      'test/container/compose.test.ts': [
        'more rights, devices, other name spaces, a debugger, from both containers',
        'other volumes, the root folder, the network',
      ],
    },
  },
  {
    name: 'Who speaks: a socket each',
    without: 'no walls, the gate set to allow, and the attacker holds everybody’s credentials',
    attacks: {
      'test/isolation/layers-doors.test.ts': [
        'another agent’s credential, the daemon’s token and a person’s over one agent’s socket, on every route',
        'signing in with the right password',
        'reading, reporting on and answering another agent’s calls',
      ],
    },
  },
  {
    name: 'What happened: the ledger',
    without: 'none of the above: the attacker writes every file and holds the signing key',
    attacks: {
      'test/isolation/layers-ledger.test.ts': [
        'changing, cutting, removing, adding',
        'an older copy in its place, a history written anew',
      ],
    },
  },
];
