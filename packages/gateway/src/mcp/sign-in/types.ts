// What is known of a sign-in to a server, without whose it is and where it is kept.

/** An authorization server, as its own metadata says it, and what was found to be so. */
export interface SignInServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly registrationEndpoint: string | null;
  readonly revocationEndpoint: string | null;
  readonly authMethods: readonly string[];
  /** It always says who it is when it sends the browser back (RFC 9207). */
  readonly saysIssuer: boolean;
}

export interface SignInClient {
  readonly id: string;
  readonly secret: string | null;
  readonly redirect: string;
}

/** Tokens, as they came. */
export interface Granted {
  readonly access: string;
  readonly refresh: string | null;
  /** Seconds. */
  readonly expiresIn: number | null;
  /** Null: those that were asked for. */
  readonly scope: string | null;
}

/** What a server said with its refusal. */
export interface SignInChallenge {
  /** Where it says what protects it (RFC 9728). */
  readonly metadataUrl: URL | null;
  readonly scope: string | null;
}

/**
 * refused: the authorization server says no to what we hold. unreachable: it may be otherwise later. unusable: it is not
 * as MCP asks.
 */
export type SignInAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly kind: 'refused' | 'unreachable' | 'unusable';
      readonly why: string;
      /** What a person may do, where it is not the server's business. */
      readonly hint?: string;
    };

export type SignInFetchFn = (input: string | URL, init?: RequestInit) => Promise<Response>;
