// What of the user's environment an agent gets (X4). An allowlist: a variable nobody listed is a variable that could hold
// a secret, or make the agent's runtime load somebody else's code.

const NAMES: ReadonlySet<string> = new Set(['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'TERM']);
const PREFIXES = ['LC_', 'XDG_'];

/** The model providers' own variables: without them there is no agent. */
const PROVIDER: ReadonlySet<string> = new Set([
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
]);

type Given = { readonly [name: string]: string | undefined };
export type Environment = { readonly [name: string]: string };

const picked = (given: Given, wanted: (name: string) => boolean): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined && wanted(pair[0])),
  );

const isPlain = (name: string): boolean => NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));

export const agentEnvironment = (given: Given): { readonly [name: string]: string } =>
  picked(given, (name) => isPlain(name) || PROVIDER.has(name));

/** With the broker: its address and a placeholder, and of the providers nothing (X5). Not ANTHROPIC_API_KEY: a person is
 * asked about that one each time it changes. */
export const brokerEnvironment = (
  given: Given,
  { port, upstream, key }: { readonly port: number; readonly upstream: string; readonly key: string },
): Environment => ({
  ...picked(given, isPlain),
  ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/model/${upstream}`,
  ANTHROPIC_AUTH_TOKEN: key,
});

/** The same without the provider: for runs whose model is our own canary. */
export const canaryEnvironment = (given: Given): { readonly [name: string]: string } => picked(given, isPlain);
