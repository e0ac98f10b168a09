// Whether a secret may be used for somebody, towards a host. INVARIANT: what is not listed is refused where its kind is
// listed, and every host is refused that is not.
import { type Actor, type AgentId, actorName, type KeptSecret, type SecretUse } from '@castellan/contract';

/**
 * Rooms of Castellan that use secrets, listed as `module:NAME` among the uses of one. INVARIANT: no module of a person's has such a
 * name, and one that has it all the same is not taken for the room.
 */
export const OWN_USERS = ['backups', 'forward', 'notify', 'summary'] as const;
export const isOwnUser = (name: string): boolean => OWN_USERS.some((own) => own === name);

/** For whom a secret is used, as it is recorded. */
export type SecretUser =
  | Actor
  | { readonly kind: 'script' | 'module'; readonly name: string }
  | { readonly kind: 'own'; readonly name: (typeof OWN_USERS)[number] };

export interface SecretRequest {
  readonly name: string;
  readonly by: SecretUser;
  /** For a message to the people of this installation: the one use there is while everything stands still. */
  readonly tellsPeople?: true;
  /** On whose behalf, where `by` does not say it. */
  readonly agent?: AgentId;
  readonly module?: string;
  readonly script?: string;
  /**
   * Where it will be sent: lower case, with its port unless that is the scheme's own (as `URL.host` writes it). Null: to a
   * module's process on this machine, which may send it anywhere; so only a use that names the module lets it go there.
   */
  readonly host: string | null;
}

export function userName(by: SecretUser): string {
  switch (by.kind) {
    case 'script':
    case 'module':
      return `${by.kind}:${by.name}`;
    case 'own':
      return `module:${by.name}`;
    case 'nobody':
    case 'agent':
    case 'model':
    case 'local-cli':
    case 'person':
    case 'api-token':
    case 'link':
      return actorName(by);
  }
}

/** @param agentName what a person calls an agent. */
export function whyNotAllowed(
  { name, uses }: KeptSecret,
  { by, agent, module, script, host }: SecretRequest,
  agentName: (id: AgentId) => string | null,
): { readonly message: string; readonly hint: string } | null {
  const id = by.kind === 'agent' || by.kind === 'model' ? by.agent : agent;
  const asking: Readonly<Record<'agent' | 'module' | 'script', readonly string[]>> = {
    agent: id === undefined ? [] : [id, agentName(id) ?? id],
    module:
      by.kind === 'own' ? [by.name] : named(by.kind === 'module' ? by.name : module).filter((its) => !isOwnUser(its)),
    script: named(by.kind === 'script' ? by.name : script),
  };
  for (const kind of ['agent', 'module', 'script'] as const) {
    const listed = uses.filter((use) => use.kind === kind);
    if (listed.length === 0 || listed.some((use) => asking[kind].includes(use.name))) continue;
    const who = asking[kind][0];
    return {
      message: `secret \`${name}\` may not be used for ${who === undefined ? `what is no ${kind}` : `${kind} \`${shown(who)}\``}`,
      hint: `a person allows it with \`castellan secrets change ${name} --use ${kind}:NAME\``,
    };
  }
  if (host === null) {
    const [to] = asking.module;
    if (uses.some(({ kind }) => kind === 'module')) return null;
    return {
      message: `secret \`${name}\` may not be given to a program`,
      hint: `a person allows it with \`castellan secrets change ${name} --use module:${shown(to ?? 'NAME')}\``,
    };
  }
  if (uses.some((use) => use.kind === 'host' && isHost(use, host))) return null;
  return {
    message: `secret \`${name}\` may not go to host \`${shown(host)}\``,
    hint: `a person allows it with \`castellan secrets change ${name} --use host:${shown(host)}\``,
  };
}

const named = (name: string | undefined): readonly string[] => (name === undefined ? [] : [name]);
const shown = (text: string): string => text.replace(/[^\w.:*[\]@/-]/g, '?').slice(0, 100);

function isHost({ name }: SecretUse, host: string): boolean {
  if (!name.startsWith('*.')) return name === host;
  // Its tail with the dot before it: `*.example.org` is neither `example.org` nor `badexample.org`.
  const tail = name.slice(1);
  return host.length > tail.length && host.endsWith(tail) && !host.startsWith('.');
}
