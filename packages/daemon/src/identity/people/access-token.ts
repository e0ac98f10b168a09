// Access tokens: signed, short-lived, and worth nothing without the sign-in they name (A6). INVARIANT: there is one header, byte
// for byte, one algorithm, one issuer, one audience, one kind; whatever was signed otherwise is nobody's. The key is made at each
// start and kept nowhere, so a token of an earlier run is dead (A3).
import { type SignInId, signInIdSchema, type UserId, userIdSchema } from '@castellan/contract';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';

const HEADER = { alg: 'HS256', typ: 'at+jwt' } as const;
const HEADER_TEXT = Buffer.from(JSON.stringify(HEADER)).toString('base64url');
const ISSUER = 'castellan';
const AUDIENCE = 'castellan-api';
const ACCESS_SECONDS = 15 * 60;
const LONGEST = 800;

export const accessTokenPattern = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** What a token of ours says, and nothing else. */
const CLAIMS = ['aud', 'exp', 'iat', 'iss', 'sid', 'sub'];

export interface AccessClaims {
  readonly user: UserId;
  readonly signIn: SignInId;
}
export interface AccessToken {
  readonly text: string;
  readonly expiresAt: number;
}
export interface AccessTokens {
  issue(claims: AccessClaims): Promise<AccessToken>;
  /** Null: not ours, over, or changed in any part. */
  read(text: string): Promise<AccessClaims | null>;
}

/** Written one way only: the last character of a part may hide bits that no reader looks at. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

function claimsIn(payload: JWTPayload): AccessClaims | null {
  const user = userIdSchema.safeParse(payload.sub);
  const signIn = signInIdSchema.safeParse(payload.sid);
  const exact = Object.keys(payload).toSorted().join() === CLAIMS.join() && payload.aud === AUDIENCE;
  const lives = (payload.exp ?? 0) - (payload.iat ?? 0) === ACCESS_SECONDS;
  return exact && lives && user.success && signIn.success ? { user: user.data, signIn: signIn.data } : null;
}

export function createAccessTokens(clock: Pick<Clock, 'now' | 'random'>): AccessTokens {
  const key = new Uint8Array(clock.random(32));
  return {
    async issue({ user, signIn }) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const expires = issuedAt + ACCESS_SECONDS;
      const text = await new SignJWT({ sid: signIn })
        .setProtectedHeader(HEADER)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(user)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key);
      return { text, expiresAt: expires * 1000 };
    },
    async read(text) {
      // Before any computing: what is not in our own form costs nothing.
      if (text.length > LONGEST || !text.startsWith(`${HEADER_TEXT}.`)) return null;
      if (!accessTokenPattern.test(text) || !text.split('.').every(isCanonical)) return null;
      try {
        const { payload } = await jwtVerify(text, key, {
          algorithms: [HEADER.alg],
          typ: HEADER.typ,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          maxTokenAge: ACCESS_SECONDS,
          currentDate: new Date(clock.now()),
        });
        return claimsIn(payload);
      } catch {
        return null;
      }
    },
  };
}
