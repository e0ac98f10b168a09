// Values of secrets for one request of a script, at the last moment. INVARIANT: the version that was approved declares the
// secret, a person lets it be used for this script and at this place, and the use is on disk before the value is here.
import type { AgentId, Capabilities, ScriptName } from '@castellan/contract';
import type { Vault } from '../../vault/index.ts';

export interface SecretsFor {
  readonly vault: Pick<Vault, 'useSecret' | 'foresee' | 'list'>;
  readonly script: ScriptName;
  readonly agent: AgentId;
  readonly capabilities: Capabilities;
}

/** Where values go: a host, or a module's server with its host, null where it runs on this machine. */
export interface Destination {
  readonly host: string | null;
  readonly module?: string;
}

export type Values = { readonly ok: true; readonly values: ReadonlyMap<string, string> } | NoValues;
interface NoValues {
  readonly ok: false;
  readonly message: string;
  readonly hint: string;
}

const requestFor = ({ script, agent }: SecretsFor, name: string, { host, module }: Destination) => ({
  name,
  by: { kind: 'script' as const, name: script },
  agent,
  host,
  ...(module !== undefined && { module }),
});

function undeclared({ capabilities }: SecretsFor, names: readonly string[]): NoValues | null {
  const name = names.find((each) => !capabilities.secrets.includes(each));
  if (name === undefined) return null;
  return { ok: false, message: `this version does not declare secret \`${name}\``, hint: 'name it in `@secrets`' };
}

/** All or nothing. */
export async function valuesOf(secrets: SecretsFor, names: readonly string[], to: Destination): Promise<Values> {
  const fault = undeclared(secrets, names);
  if (fault !== null) return fault;
  const values = new Map<string, string>();
  for (const name of names) {
    const answer = await secrets.vault.useSecret(requestFor(secrets, name, to));
    if (!answer.ok) return { ok: false, message: answer.message, hint: answer.hint };
    values.set(name, answer.value);
  }
  return { ok: true, values };
}

/** What would stand in the way now; nothing is used or recorded. */
export function whyNone(secrets: SecretsFor, names: readonly string[], to: Destination): string | null {
  const fault = undeclared(secrets, names);
  if (fault !== null) return fault.message;
  const refused = names.map((name) => secrets.vault.foresee(requestFor(secrets, name, to)));
  return refused.find((each) => each !== null) ?? null;
}

/** Whether there is one that this script could use somewhere. */
export function has({ vault, script, capabilities }: SecretsFor, name: string): boolean {
  const secret = vault.list().find((each) => each.name === name);
  if (secret === undefined || !capabilities.secrets.includes(name)) return false;
  const scripts = secret.uses.filter(({ kind }) => kind === 'script');
  const isMeant = scripts.length === 0 || scripts.some((use) => use.name === script);
  return isMeant && !secret.canary && secret.owner === undefined && secret.due !== 'expired';
}
