// What is kept of a sign-in: who gave which tokens, for which server, to which client. RULE: it is of use only for the module
// and the very address it was made for; a manifest that names another address has no tokens.
import { type OwnedValue, parserOf } from '@castellan/contract';
import type { Granted, SignInClient, SignInServer } from '@castellan/gateway';
import { z } from 'zod';
import { sha256 } from '../../digest.ts';

const aboutSchema = z.strictObject({
  version: z.literal(1),
  module: z.string(),
  /** Address of the module's server, as its manifest has it. */
  url: z.string(),
  resource: z.string(),
  server: z.strictObject({
    issuer: z.string(),
    authorizationEndpoint: z.string(),
    tokenEndpoint: z.string(),
    registrationEndpoint: z.string().nullable(),
    revocationEndpoint: z.string().nullable(),
    authMethods: z.array(z.string()),
    saysIssuer: z.boolean(),
  }),
  client: z.strictObject({ id: z.string(), redirect: z.string() }),
  scope: z.string().nullable(),
  since: z.number(),
  /** Null: it does not say. */
  expiresAt: z.number().nullable(),
});
const parseAbout = parserOf(aboutSchema);

export interface Kept {
  readonly module: string;
  readonly url: string;
  readonly resource: string;
  readonly server: SignInServer;
  readonly client: SignInClient;
  readonly scope: string | null;
  /** When the person signed in. */
  readonly since: number;
  readonly expiresAt: number | null;
  /** Null: they have ended; what we are registered as is still of use. */
  readonly tokens: { readonly access: string; readonly refresh: string | null } | null;
}

/** Under which name the vault lists it. A dot stands in no module's name, so no two modules share one. */
export function secretNameOf(module: string): string {
  const name = `oauth.${module.replaceAll(':', '.')}`;
  return name.length <= 64 ? name : `${name.slice(0, 55)}.${sha256(module).slice(7, 15)}`;
}

export function ownedOf({ tokens, client, module, url, resource, server, scope, since, expiresAt }: Kept): OwnedValue {
  const { id, secret, redirect } = client;
  return {
    about: {
      version: 1,
      module,
      url,
      resource,
      server: { ...server, authMethods: [...server.authMethods] },
      client: { id, redirect },
      scope,
      since,
      expiresAt,
    },
    secrets: {
      ...(tokens !== null && { access: tokens.access }),
      ...(tokens?.refresh != null && { refresh: tokens.refresh }),
      ...(secret !== null && { clientSecret: secret }),
    },
  };
}

/** Null: it is of another module or address, or nothing we wrote. */
export function keptOf(owned: OwnedValue | null, module: string, url: string): Kept | null {
  if (owned === null) return null;
  const about = parseAbout(owned.about);
  if (!about.ok || about.value.module !== module || about.value.url !== url) return null;
  const { access, refresh, clientSecret } = owned.secrets;
  const { version: _, client, ...rest } = about.value;
  return {
    ...rest,
    client: { ...client, secret: clientSecret ?? null },
    tokens: access === undefined ? null : { access, refresh: refresh ?? null },
  };
}

/** After tokens came: a refresh token that was not replaced is still good. */
export const grantedTo = (before: Kept, { access, refresh, expiresIn, scope }: Granted, now: number): Kept => ({
  ...before,
  scope: scope ?? before.scope,
  expiresAt: expiresIn === null ? null : now + expiresIn * 1000,
  tokens: { access, refresh: refresh ?? before.tokens?.refresh ?? null },
});
