// What of an environment a process we start is given (X4). An allowlist, spelt out here once for every spawner: a variable
// nobody listed is one that could hold a secret, or make the runtime of what is started load somebody else's code.

/** INVARIANT: made by `childEnvironment` and by nothing else; a spawner that takes this type cannot be handed another. */
export type ChildEnvironment = { readonly [name: string]: string } & { readonly [allowed]: true };
declare const allowed: unique symbol;

interface Allowed {
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

const PLAIN: Allowed = { names: ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'TERM'], prefixes: ['LC_', 'XDG_'] };

/** The model providers' own variables: without them, or a model key of the broker, there is no agent. */
const PROVIDER = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'ANTHROPIC_VERTEX_BASE_URL',
  'ANTHROPIC_VERTEX_PROJECT_ID',
  'AWS_ACCESS_KEY_ID',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLOUD_ML_REGION',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_PROJECT',
];

const OPENAI = ['CODEX_API_KEY', 'OPENAI_API_KEY'];

/** Who is started, and what of the starter's environment comes along. */
export const ENVIRONMENTS = {
  /** An agent that speaks to its provider itself. */
  agent: { names: [...PLAIN.names, ...PROVIDER], prefixes: PLAIN.prefixes },
  /** Codex: the keys of its own provider, and those of no other. */
  codex: { names: [...PLAIN.names, ...OPENAI], prefixes: PLAIN.prefixes },
  /** OpenCode speaks to whichever provider its user chose. */
  opencode: { names: [...PLAIN.names, ...PROVIDER, ...OPENAI], prefixes: PLAIN.prefixes },
  /** An agent whose model is ours or comes by the broker, and any other program. */
  plain: PLAIN,
  /** A program that is only asked for its version. */
  bare: { names: ['PATH'], prefixes: [] },
  /** What shows a notification on the desktop: the way to its bus, and no more. */
  desktop: { names: ['PATH', 'HOME', 'LANG', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'], prefixes: ['LC_'] },
  /** The keeper itself: whoever starts it from a shell an agent prepared must not load code into it. */
  daemon: {
    names: ['HOME', 'USER', 'LOGNAME', 'PATH', 'LANG', 'TZ', 'TMPDIR', 'NO_COLOR'].concat(
      [
        'LC_ALL',
        'LC_CTYPE',
        'XDG_RUNTIME_DIR',
        'XDG_CACHE_HOME',
        'XDG_CONFIG_HOME',
        'XDG_DATA_HOME',
        'DBUS_SESSION_BUS_ADDRESS',
      ],
      ['CASTELLAN_VAULT_PASSPHRASE_FILE'],
    ),
    prefixes: [],
  },
} as const satisfies Readonly<Record<string, Allowed>>;

/**
 * Variables of the daemon's own, however it is started. Blocks of 64 KiB and more, those that are read into above all, are mapped by themselves
 * and given back as soon as they are free. Unless it is told so, glibc raises that bound after the first large block, and takes such blocks
 * from the room that it leaves above small ones, which then keep the gaps: 60 to 120 MiB after a busy hour (mallopt(3), bench/soak.ts).
 */
export const DAEMON_VARIABLES = {
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TOP_PAD_: '16384',
  MALLOC_TRIM_THRESHOLD_: '65536',
} as const;

/** `more`: what the starter itself says; nothing of it is taken from anybody's environment. */
export function childEnvironment(
  who: keyof typeof ENVIRONMENTS,
  given: { readonly [name: string]: string | undefined },
  more: { readonly [name: string]: string } = {},
): ChildEnvironment {
  const { names, prefixes }: Allowed = ENVIRONMENTS[who];
  const passed = Object.entries(given).filter(
    ([name, value]) =>
      value !== undefined && (names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix))),
  );
  return { ...Object.fromEntries(passed), ...more } as ChildEnvironment;
}

/** The same environment with variables of the starter's own on top. */
export const withVariables = (
  environment: ChildEnvironment,
  more: { readonly [name: string]: string },
): ChildEnvironment => ({ ...environment, ...more });

/** The same environment for another user: nothing of it says where the one who starts it keeps things. */
export function asUser(
  environment: ChildEnvironment,
  { name, home }: { readonly name: string; readonly home: string },
): ChildEnvironment {
  const kept = Object.entries(environment).filter(([each]) => each !== 'TMPDIR' && !each.startsWith('XDG_'));
  const own: { readonly [name: string]: string } = { HOME: home, USER: name, LOGNAME: name };
  return { ...Object.fromEntries(kept), ...own } as ChildEnvironment;
}
