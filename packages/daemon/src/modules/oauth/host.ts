// What sign-ins stand on.
import type { Actor, McpHttp } from '@castellan/contract';
import { type SignInFetch, signInFetch } from '@castellan/gateway';
import { sha256 } from '../../digest.ts';
import type { Refusals } from '../../records/index.ts';
import type { Parts } from '../../surfaces/index.ts';

export interface OAuthHost {
  readonly parts: Pick<Parts, 'clock' | 'vault' | 'records' | 'ports'>;
  readonly refusals: Pick<Refusals, 'note'>;
  /** Where the daemon listens on loopback. */
  readonly port: () => number;
  /** Somebody as they are now; null: they are nobody any more. */
  readonly now: (actor: Actor) => Actor | null;
}

/**
 * Where browsers are sent back, below which each module and issuer has a place of its own: what one authorization server sends
 * back is taken for nothing of another (RFC 9700 4.4.2).
 */
export const CALLBACK = '/v1/modules/oauth/callback';
export const placeOf = (module: string, issuer: string): string => sha256(`${module} ${issuer}`).slice(7, 39);
export const redirectOf = ({ port }: OAuthHost, module: string, issuer: string): string =>
  `http://127.0.0.1:${port()}${CALLBACK}/${placeOf(module, issuer)}`;

/** The only way out of a sign-in to the server at `url`. */
export function wayTo(
  { parts: { clock, ports } }: OAuthHost,
  { url, signInHosts }: Pick<McpHttp, 'url' | 'signInHosts'>,
): SignInFetch {
  return signInFetch({
    server: new URL(url),
    hosts: signInHosts,
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, run) => clock.after(ms, run),
      every: (ms, run) => clock.every(ms, run),
      random: (bytes) => clock.random(bytes),
    },
    ownPorts: () => ports.all,
  });
}

/** Why the vault can keep nothing now; null: it can. */
export function vaultFault({ vault }: OAuthHost['parts']): { readonly why: string; readonly hint: string } | null {
  const { state } = vault.state;
  if (state === 'locked') return { why: 'the vault is locked', hint: '`castellan secrets unlock`' };
  if (state === 'damaged') return { why: 'the vault is damaged', hint: '`castellan secrets` says what to do' };
  return null;
}
