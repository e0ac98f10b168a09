// The two ceremonies of WebAuthn over its library: making a passkey and using one. RULE: what comes back is checked here against
// what was asked, and a refusal is one of a few fixed words: the library's own errors repeat what they were given.
import type { JsonObject, PasskeyMade, PasskeyUsed } from '@castellan/contract';
import type { NamedSite } from './site.ts';

/** What is kept of a passkey beside what is shown. */
export interface PasskeyKey {
  /** The credential id. */
  readonly credential: Uint8Array;
  readonly publicKey: Uint8Array;
  /** How often it was used, as it says itself; 0 where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly synced: boolean;
}

export type Made =
  | { readonly kind: 'made'; readonly key: PasskeyKey }
  | { readonly kind: 'refused'; readonly why: string };
export type Used =
  | { readonly kind: 'used'; readonly counter: number; readonly synced: boolean; readonly verified: boolean }
  | { readonly kind: 'refused'; readonly why: string };

const TIMEOUT_MS = 5 * 60_000;
/** EdDSA, ES256, RS256: what every platform makes one of. */
const ALGORITHMS = [-8, -7, -257];

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** It takes half a second to read, which no start should pay for. */
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

const described = ({ credential, transports }: PasskeyKey): JsonObject => ({
  id: base64url(credential),
  type: 'public-key',
  ...(transports.length > 0 && { transports: [...transports] }),
});

/** What the page hands to `navigator.credentials.create`. */
export const makingOptions = (
  site: NamedSite,
  challenge: string,
  user: { readonly id: string; readonly name: string },
  have: readonly PasskeyKey[],
): JsonObject => ({
  challenge,
  rp: { name: 'Castellan', id: site.id },
  user: { id: base64url(Buffer.from(user.id)), name: user.name, displayName: user.name },
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
  timeout: TIMEOUT_MS,
  attestation: 'none',
  excludeCredentials: have.map(described),
  authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'preferred' },
  extensions: { credProps: true },
});

/** What the page hands to `navigator.credentials.get`. No `keys`: whichever the person has for this site. */
export const usingOptions = (
  site: NamedSite,
  challenge: string,
  verification: 'preferred' | 'required',
  keys: readonly PasskeyKey[],
): JsonObject => ({
  challenge,
  rpId: site.id,
  timeout: TIMEOUT_MS,
  userVerification: verification,
  allowCredentials: keys.map(described),
});

/** The user a passkey says it belongs to; null where it does not say. */
export const ownerSaid = ({ response: { userHandle } }: PasskeyUsed): string | null =>
  userHandle === undefined ? null : Buffer.from(userHandle, 'base64url').toString('utf8');

/** The challenge the browser says it signed, or null where its words cannot be read. */
export function challengeOf({ response }: PasskeyMade | PasskeyUsed): string | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));
    if (typeof said !== 'object' || said === null) return null;
    // A page of somebody else that holds ours in a frame.
    if ('crossOrigin' in said && said.crossOrigin === true) return null;
    return 'challenge' in said && typeof said.challenge === 'string' ? said.challenge : null;
  } catch {
    return null;
  }
}

const NOT_OURS = 'its answer is not for this page, this question or this passkey';

/** @param challenge one of ours, taken for this. */
export async function checkMade(
  { id, rawId, type, response }: PasskeyMade,
  site: NamedSite,
  challenge: string,
): Promise<Made> {
  const { decodeAttestationObject } = await helpers();
  const { verifyRegistrationResponse } = await library();
  const { transports = [], ...said } = response;
  try {
    const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, 'base64url')));
    const form = attestation.get('fmt');
    // INVARIANT: no certificate is looked at. None was asked for, and the addresses of revocation lists inside of one would be
    // fetched from wherever whoever sent it likes.
    const plain = form === 'none' || (form === 'packed' && attestation.get('attStmt').get('x5c') === undefined);
    if (!plain) return { kind: 'refused', why: 'it comes with a certificate, which was not asked for' };
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId, type, response: said, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified || registrationInfo === undefined) return { kind: 'refused', why: NOT_OURS };
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      kind: 'made',
      key: {
        credential: new Uint8Array(Buffer.from(credential.id, 'base64url')),
        publicKey: new Uint8Array(credential.publicKey),
        counter: credential.counter,
        transports,
        synced: credentialBackedUp,
      },
    };
  } catch {
    return { kind: 'refused', why: NOT_OURS };
  }
}

/** @param challenge one of ours, taken for this. The counter is compared by whoever keeps it, once the signature is known to hold. */
export async function checkUsed(
  { id, rawId, type, response }: PasskeyUsed,
  site: NamedSite,
  challenge: string,
  key: PasskeyKey,
): Promise<Used> {
  const { verifyAuthenticationResponse } = await library();
  const { userHandle, ...said } = response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response: said, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: false,
      // Nought: a counter that went back must not look like a signature that is wrong.
      credential: { id: base64url(key.credential), publicKey: new Uint8Array(key.publicKey), counter: 0 },
    });
    if (!verified) return { kind: 'refused', why: NOT_OURS };
    const { newCounter, userVerified, credentialBackedUp } = authenticationInfo;
    return { kind: 'used', counter: newCounter, synced: credentialBackedUp, verified: userVerified };
  } catch {
    return { kind: 'refused', why: NOT_OURS };
  }
}
