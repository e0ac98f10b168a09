// Adds one server as a module: its secrets into the vault, planned, looked at, added. INVARIANT: whatever goes wrong, the
// secrets that were kept for it are gone again, and nothing of it is left.
import { type Client, type ClientError, errorLines } from '@castellan/client';
import type { Finding, McpStart, SecretUse } from '@castellan/contract';
import { plural } from '../../../text/words.ts';
import { namesFrom, type WantedModule } from './wanted.ts';

export type Added =
  | {
      readonly ok: true;
      readonly module: string;
      readonly secrets: readonly string[];
      readonly steps: readonly string[];
    }
  | { readonly ok: false; readonly why: string };

/** Of a description that may be up to something: nobody adds it in passing. */
const SUSPECT: ReadonlySet<Finding['kind']> = new Set([
  'instruction',
  'hidden-text',
  'exfiltration',
  'look-alike',
  'shadowing',
]);

export interface Adding {
  readonly client: Client;
  /** Names of secrets that are taken; added to. */
  readonly secretNames: Set<string>;
  /** Asked where a description looks wrong. */
  readonly confirm: (module: string, findings: readonly Suspect[]) => Promise<boolean>;
}
/** What somebody reads before it is added. */
export type Suspect = Pick<Finding, 'name' | 'text' | 'excerpt'>;

const no = (why: string): Added => ({ ok: false, why });
const wordsOf = (error: ClientError): string => errorLines(error).message;
const isConflict = (error: ClientError): boolean => error.kind === 'api' && error.error.error === 'conflict';

export async function addModule(wanted: WantedModule, adding: Adding): Promise<Added> {
  const { client } = adding;
  const name = await freeName(wanted, adding);
  if (typeof name !== 'string') return no(name.why);
  const names = secretNamesFor(name, wanted, adding.secretNames);
  const kept: string[] = [];
  try {
    for (const [index, secret] of wanted.secrets.entries()) {
      const secretName = names[index] ?? '';
      const body = {
        name: secretName,
        value: secret.value,
        uses: usesOf(name, wanted.start),
        note: `of ${wanted.title}`.slice(0, 200),
      };
      const answer = await client.addSecret({ body });
      if (!answer.ok)
        return await taken(client, kept, `its secret \`${secretName}\` cannot be kept: ${wordsOf(answer.error)}`);
      kept.push(secretName);
      adding.secretNames.add(secretName);
    }
    const start = withSecrets(wanted, names);
    const planned = await client.planModule({ body: { name, title: titleOf(wanted.title), start, look: true } });
    if (!planned.ok) return await taken(client, kept, wordsOf(planned.error));
    const { id, findings, differences, lock, needsSignIn, steps } = planned.value;
    if (needsSignIn || lock === null)
      return await taken(client, kept, 'it wants a sign-in: add it with `castellan modules add` first');
    // The same name in two modules is two servers alike; a name that only looks the same is meant to be taken for the other.
    const suspect: readonly Suspect[] = [
      ...findings.filter(({ kind }) => SUSPECT.has(kind)),
      ...differences.filter(({ change }) => change === 'look-alike'),
    ];
    if (suspect.length > 0 && !(await adding.confirm(name, suspect)))
      return await taken(
        client,
        kept,
        `${plural(suspect.length, 'description')} of it should be read first: \`castellan modules add\` shows them`,
      );
    const added = await client.addModule({ body: { plan: id } });
    if (!added.ok) return await taken(client, kept, wordsOf(added.error));
    return { ok: true, module: name, secrets: kept, steps };
  } catch (error) {
    await taken(client, kept, '');
    throw error;
  }
}

async function taken(client: Client, secrets: readonly string[], why: string): Promise<Added> {
  for (const name of secrets) await client.removeSecret({ params: { name } });
  return no(why);
}

/** Planned without a look: packages are resolved, names compared, nothing runs. */
async function freeName(
  wanted: WantedModule,
  { client, secretNames }: Adding,
): Promise<string | { readonly why: string }> {
  let why = '';
  for (const name of namesFrom(wanted.name)) {
    const start = withSecrets(wanted, secretNamesFor(name, wanted, secretNames));
    const planned = await client.planModule({ body: { name, start, look: false } });
    if (planned.ok) return name;
    why = wordsOf(planned.error);
    if (!isConflict(planned.error)) break;
  }
  return { why };
}

/** A title of at most 80 characters, without what nobody sees. */
const titleOf = (title: string): string =>
  [...title.replaceAll(/\p{C}/gu, ' ')].slice(0, 80).join('').trim() || 'server';

function secretNamesFor(module: string, { secrets }: WantedModule, taken: ReadonlySet<string>): readonly string[] {
  const used = new Set(taken);
  const clean = (text: string): string =>
    text
      .replaceAll(/[^A-Za-z0-9_]/g, '_')
      .replace(/^(?=\d)/, '_')
      .toUpperCase()
      .slice(0, 58);
  return secrets.map(({ group, key }) => {
    const own = `${clean(module)}_${clean(key)}`.slice(0, 58);
    const wishes = [...(group === 'env' ? [clean(key)] : []), own, ...[...namesFrom(own)].slice(1)];
    const name = wishes.map((wish) => wish.replaceAll('-', '_')).find((wish) => !used.has(wish)) ?? own;
    used.add(name);
    return name;
  });
}

function usesOf(module: string, start: McpStart): SecretUse[] {
  const own: SecretUse = { kind: 'module', name: module };
  return start.kind === 'mcp' ? [own] : [own, { kind: 'host', name: new URL(start.url).host.toLowerCase() }];
}

function withSecrets({ start, secrets }: WantedModule, names: readonly string[]): McpStart {
  const put = Object.fromEntries(
    secrets.map(({ key, before }, index) => [key, `${before}\${secret:${names[index] ?? ''}}`]),
  );
  return start.kind === 'mcp'
    ? { ...start, env: { ...start.env, ...put } }
    : { ...start, headers: { ...start.headers, ...put } };
}
