// Whether the addresses of an authorization server belong together. INVARIANT: a person consents at one host and the code goes
// to another only where both are of one owner, or where a person named both. A hostile server names the consent page of an honest one and a token address
// of its own, and is given the person's code (mix-up, RFC 9700 4.4).
import type { SignInServer } from './types.ts';

/** Where a sign-in leads, by host: a person reads it before the browser is opened. */
interface SignInHosts {
  /** Of the module's server. */
  readonly server: string;
  /** Where the browser goes. */
  readonly browser: string;
  /** Where the code goes, and the tokens come from. */
  readonly code: string;
}

/** Below these each name is somebody else's. There are more: that is why every host is told as well. */
const SHARED: ReadonlySet<string> = new Set(
  `workers.dev pages.dev vercel.app netlify.app github.io gitlab.io herokuapp.com fly.dev onrender.com railway.app
   azurewebsites.net azurestaticapps.net cloudapp.net windows.net web.app firebaseapp.com run.app appspot.com
   cloudfunctions.net amazonaws.com cloudfront.net awsapprunner.com ngrok.io ngrok.app ngrok-free.app ngrok-free.dev
   trycloudflare.com loca.lt deno.dev val.run replit.app replit.dev glitch.me surge.sh hf.space modal.run
   myshopify.com blogspot.com wordpress.com readthedocs.io r2.dev supabase.co auth0.com okta.com`.split(/\s+/),
);

/** The name that somebody registered, as near as it can be told without a list of the world's registries; null: none. */
function siteOf({ protocol, hostname, port }: URL): string | null {
  const labels = hostname.split('.');
  if (protocol !== 'https:' || port !== '' || labels.length < 2 || labels.includes('') || /^[\d.]+$|:/.test(hostname))
    return null;
  // `co.uk` and `com.au` are nobody's: a short name under a country needs one label more.
  const country = labels.at(-1)?.length === 2 && (labels.at(-2)?.length ?? 0) <= 4;
  const site = labels.slice(country ? -3 : -2).join('.');
  return SHARED.has(site) || (country && labels.length < 3) ? null : site;
}

export function isOneOwner(one: URL, other: URL): boolean {
  if (one.origin === other.origin) return true;
  const site = siteOf(one);
  return site !== null && site === siteOf(other);
}

/**
 * The first host where nobody may be sent; null: all belong together. @param hosts those that a person named: then these and no
 * others, for whoever names hosts has said where the account is. Absent: those of the issuer's owner.
 */
export function strangerOf(server: SignInServer, hosts: readonly string[] | undefined): string | null {
  const issuer = new URL(server.issuer);
  const named = [
    server.issuer,
    server.authorizationEndpoint,
    server.tokenEndpoint,
    server.registrationEndpoint,
    server.revocationEndpoint,
  ].flatMap((url) => (url === null ? [] : [new URL(url)]));
  const mayBe = (url: URL): boolean => hosts?.includes(url.host) ?? isOneOwner(issuer, url);
  return named.find((url) => !mayBe(url))?.host ?? null;
}

export const hostsOf = ({ authorizationEndpoint, tokenEndpoint }: SignInServer, server: URL): SignInHosts => ({
  server: server.host,
  browser: new URL(authorizationEndpoint).host,
  code: new URL(tokenEndpoint).host,
});
