// Every item that the checklist may have: its subject, what should be so, and what is looked at. The page about them is generated from
// here, and no item can be written that does not stand here.
import type { CheckGroup, CheckItem } from './check.ts';

type Row = readonly [group: CheckGroup, title: string, about: string];

export const CHECKS = {
  'set-up': ['access', 'Set-up is done', 'Whether anybody has an account: without one nobody can answer.'],
  passwords: [
    'access',
    'Passwords are strong',
    'Whether each password was held against the rule when it was chosen: 16 characters, or 12 of three kinds, and no common one.',
  ],
  'second-factor': [
    'access',
    'Everybody who may answer has a second factor',
    'Passkeys and authenticator apps of admins and approvers.',
  ],
  admins: ['access', 'Few people are admins', 'How many may change everything, and invitations that nobody took.'],
  'sign-ins': [
    'access',
    'Nobody tries to sign in who should not',
    'Open alarms about guessing, and tokens used twice.',
  ],
  'sign-in-tries': [
    'access',
    'Who tries to sign in gets in',
    'Tries in the last 24 hours that failed, and for which names, as the ledger has them.',
  ],
  'api-tokens': ['access', 'API tokens are used, and end', 'Tokens that nobody used for 30 days.'],
  'api-tokens-end': ['access', 'No API token is about to end', 'Tokens that end within a week.'],
  'api-tokens-answer': [
    'access',
    'No program answers for a person',
    'Tokens that may answer, grant, thaw, end an alarm, or change the policy, a server, a secret or a channel.',
  ],
  listen: [
    'access',
    'Agents reach this machine alone',
    'The addresses the daemon listens at for agents: loopback only.',
  ],
  remote: [
    'access',
    'The way in from elsewhere is guarded',
    'Whether the second listener is on, with TLS of its own or a proxy that ends it.',
  ],
  'remote-tls': [
    'access',
    'The certificate is good for a while',
    'When the certificate of the second listener ends, and who may read its key.',
  ],
  'remote-allow': ['access', 'Only known networks come in from elsewhere', '`remote.allow` in config.yaml.'],
  'remote-factor': [
    'access',
    'From elsewhere a password alone opens nothing',
    'People with a password only, while the second listener is on.',
  ],
  daemon: ['agents', 'The daemon runs and answers', 'Whether it does: its process and its version.'],
  agents: ['agents', 'An agent stands behind Castellan', 'Agents that are connected.'],
  'agents-silent': [
    'agents',
    'Every agent that is connected is used',
    'Agents of which nothing was heard for 30 days.',
  ],
  hooks: [
    'agents',
    'The hooks are in force',
    'Whether what connecting wrote into the settings of agents still stands there and works.',
  ],
  proven: [
    'agents',
    'Agents were proven',
    'The last run of harmless calls through each real client: what it came to, when, and why another is due.',
  ],
  behaved: [
    'agents',
    'Agents do what was decided',
    'Open alarms: bait that was touched, a secret that was shown, what ran otherwise than decided or ran unexplained.',
  ],
  frozen: ['agents', 'No agent is frozen', 'Agents that a person or a canary froze.'],
  walls: [
    'agents',
    'Commands that Castellan runs for agents are inside of walls',
    'What commands of agents whose own tools are off run in.',
  ],
  panic: ['agents', 'Nothing is stopped', 'Whether a panic is in force: while it is, nothing is let through.'],
  'agents-walls': ['isolation', 'Agents run within walls', 'How each agent was connected, and `sandbox.runs`.'],
  'servers-walls': [
    'isolation',
    'Servers that Castellan starts run within walls',
    'Accepted servers without a `sandbox` of their own.',
  ],
  sockets: [
    'isolation',
    'Each agent has a way in and a way out of its own',
    'Whether the sockets of each agent are there.',
  ],
  escapes: [
    'isolation',
    'What gets past the gate is seen',
    'What the escape alarm looks at on this platform, and what not.',
  ],
  'walls-here': ['isolation', 'Programs can be put within walls here', 'Every way to do it is tried once.'],
  hosts: [
    'isolation',
    "Confined programs reach few hosts, each somebody's",
    "Hosts that are listed: none that is everybody's, none where anybody may leave something.",
  ],
  'private-hosts': [
    'isolation',
    'Confined programs do not reach this machine or its network',
    '`network.privateHosts` in config.yaml.',
  ],
  further: [
    'isolation',
    'Agents within walls touch their project and little else',
    '`sandbox.read` and `sandbox.write` in config.yaml.',
  ],
  'two-users': [
    'isolation',
    'Agents are another user than Castellan',
    'An installation for two users, and each fact of it.',
  ],
  user: [
    'isolation',
    'Castellan runs as a user with no rights over the machine',
    'The user of the daemon: root is one too many.',
  ],
  limits: [
    'isolation',
    'The kernel limits what confined programs take',
    'What the kernel counts for a program and all that it starts.',
  ],
  state: [
    'isolation',
    'The state folder is yours alone',
    'Mode and owner of every file in it, links, and files with a name elsewhere.',
  ],
  'state-above': [
    'isolation',
    'Nobody else can put another state folder in its place',
    'Mode and owner of every folder above it.',
  ],
  container: [
    'isolation',
    'A container around it is a tight one',
    'Whether there is a container: told by the kernel, not by a name.',
  ],
  'container-root': ['isolation', 'The container is read-only', 'The root folder of the container.'],
  'container-capabilities': ['isolation', 'The container has no capability', 'What the kernel says of the process.'],
  'container-privileges': [
    'isolation',
    'Nothing in the container gets more rights than it began with',
    '`no-new-privileges`.',
  ],
  'container-limits': ['isolation', 'The container has limits', 'Memory, processes and processor.'],
  preset: ['policy', 'Something asks before it matters', 'The preset in force.'],
  defaults: [
    'policy',
    'What was loosened was meant to be',
    'Every setting of config.yaml that is looser than what Castellan comes with.',
  ],
  faults: [
    'policy',
    'The policy in the folder is the one in force',
    'Faults of the policy files, and a file that was rejected.',
  ],
  manifests: [
    'policy',
    'Manifests of your own are accepted as they are',
    'Manifests that changed since a person accepted them.',
  ],
  modules: ['policy', 'Servers behind the gate are as you accepted them', 'Open alarms about servers.'],
  pinned: [
    'policy',
    'Every server is pinned to what was accepted',
    'Servers that nobody accepted yet, and tools that are held back because they changed.',
  ],
  scripts: [
    'policy',
    'No script waits for a person',
    'Versions that were proposed and not answered, and approved ones whose bytes are others now.',
  ],
  vault: ['secrets', 'The vault is open', 'Whether known secrets can be found and hidden.'],
  'vault-key': ['secrets', "The vault's key is kept apart", 'Where the key lies.'],
  due: ['secrets', 'No secret is past its time', 'Rotation and end of each secret.'],
  redaction: ['secrets', 'Secrets nobody named are hidden too', '`redaction.unknown` in config.yaml.'],
  ledger: ['evidence', 'Everything is recorded', 'Whether the ledger can be written, and its signed root.'],
  'ledger-verified': [
    'evidence',
    'The ledger was verified',
    'Every byte of the ledger is verified once a day, against a checkpoint kept outside its folder: when, and what came of it.',
  ],
  retention: [
    'evidence',
    'Records are kept as long as you said',
    '`retention` in config.yaml, and whether what is older could be sealed.',
  ],
  forwards: [
    'evidence',
    'What is to be collected elsewhere gets there',
    'Each collector of `forward` in config.yaml: whether it takes records, how many wait, how many it would not take.',
  ],
  undo: [
    'evidence',
    'What calls do to files can be undone',
    'Whether files are kept before calls change them, and how much room is left for that.',
  ],
  alarms: ['evidence', 'No other alarm is open', 'Every alarm that no other item tells.'],
  disk: [
    'running',
    'The disk has room',
    'Free space where the state folder lies: with none left every call is refused.',
  ],
  backup: [
    'running',
    'There is a copy that was verified',
    '`backups` in config.yaml, and the last copy: when it was made and verified, and what failed since.',
  ],
  clock: ['running', 'The clock does not run back', 'The clock of the machine beside the latest time on record.'],
  version: [
    'running',
    'The program gets security fixes',
    'The version of Castellan, and until when the version of Node that runs it is mended.',
  ],
  runbook: ['reach', 'It is written down whom to call', 'Whether the runbook says more than the one it begins with.'],
  channels: [
    'reach',
    'You are reached away from the screen',
    'Notification channels, and what became of the latest message of each.',
  ],
  'channels-answer': [
    'reach',
    'Whoever reads a message still has to sign in',
    'Channels whose links answer by themselves.',
  ],
} as const satisfies Readonly<Record<string, Row>>;
export type CheckId = keyof typeof CHECKS;

/** An item as it stands in the catalogue. @param fix what to do; empty where nothing is to be done. */
export function checkOf(id: CheckId, state: CheckItem['state'], evidence: string, fix = ''): CheckItem {
  const [group, title] = CHECKS[id];
  return { id, group, title, state, evidence, fix };
}
