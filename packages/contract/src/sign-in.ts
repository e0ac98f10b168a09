// Bodies of set-up, sign-in and one's own account. What WebAuthn defines is passed as it is and checked by its own library.
import { z } from 'zod';
import { roleSchema } from './actor.ts';
import { instantSchema, userIdSchema } from './ids.ts';
import { jsonObjectSchema } from './json.ts';
import {
  apiTokenSchema,
  factorSchema,
  MAX_API_TOKEN_DAYS,
  ownNameSchema,
  passkeySchema,
  passwordSchema,
  signInSchema,
  tokenPermissionSchema,
  userNameSchema,
  userSchema,
} from './person.ts';

/** Six digits of an authenticator app. */
const totpCodeSchema = z.string().regex(/^\d{6}$/, { error: 'six digits' });
const recoveryCodeSchema = z.string().min(8).max(40);

/** Proof of a second factor. `response`: what the browser's WebAuthn call gave. */
export const factorProofSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('totp'), code: totpCodeSchema }),
  z.strictObject({ kind: z.literal('recovery'), code: recoveryCodeSchema }),
  z.strictObject({ kind: z.literal('passkey'), response: jsonObjectSchema }),
]);
export type FactorProof = Readonly<z.output<typeof factorProofSchema>>;

/** browser: a session cookie and the half of it that the page keeps. program: an access token and a refresh cookie. */
const carrierSchema = z.enum(['browser', 'program']);

export const setupViewSchema = z.strictObject({
  /** Until an account is made everything else answers `setup_required`. */
  needed: z.boolean(),
  /** How the person gets the code. */
  code: z.enum(['terminal', 'file']),
});
export const setupRequestSchema = z.strictObject({
  code: z.string().min(1).max(64),
  name: userNameSchema,
  password: passwordSchema,
  carrier: carrierSchema.default('browser'),
});

export const meSchema = z.strictObject({
  user: userSchema,
  signIn: signInSchema,
  passkeys: z.array(passkeySchema).readonly(),
});
export type Me = Readonly<z.output<typeof meSchema>>;

export const signInRequestSchema = z.strictObject({
  name: z.string().min(1).max(64),
  password: passwordSchema,
  carrier: carrierSchema.default('browser'),
  /** In the same step, for programs; otherwise `factor-needed` asks for it. */
  factor: factorProofSchema.optional(),
});
export const signInFactorSchema = z.strictObject({ challenge: z.string().max(200), factor: factorProofSchema });
export const signInAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('signed-in'),
    me: meSchema,
    /** browser: sent back as `x-castellan-csrf` with every request; kept per origin, which a cookie is not. */
    csrf: z.string().optional(),
    /** program: sent as a bearer token. */
    access: z.string().optional(),
    expiresAt: instantSchema,
  }),
  /**
   * The password was right. `passkey`: options for the browser's WebAuthn call, where there is a passkey for this address;
   * `factors` names passkeys of other addresses too (WebAuthn knows names only: http://localhost:9999, never 127.0.0.1).
   */
  z.strictObject({
    kind: z.literal('factor-needed'),
    challenge: z.string(),
    factors: z.array(factorSchema.exclude(['none'])).readonly(),
    passkey: jsonObjectSchema.optional(),
  }),
]);
export type SignInAnswer = Readonly<z.output<typeof signInAnswerSchema>>;

/** Signing in with nothing but a passkey: a second factor and the first in one. */
export const passkeyOptionsSchema = z.strictObject({ challenge: z.string(), options: jsonObjectSchema });
export const passkeySignInSchema = z.strictObject({
  challenge: z.string().max(200),
  response: jsonObjectSchema,
  carrier: carrierSchema.default('browser'),
});
export const refreshAnswerSchema = z.strictObject({ access: z.string(), expiresAt: instantSchema });
export const inviteRequestSchema = z.strictObject({
  invite: z.string().min(1).max(200),
  password: passwordSchema,
  carrier: carrierSchema.default('browser'),
});

export const passwordChangeSchema = z.strictObject({ current: passwordSchema, password: passwordSchema });
/** `secret`: base32, shown once, until `totpConfirm` proves that the app has it. */
export const totpBeginSchema = z.strictObject({ secret: z.string(), uri: z.string() });
/** What adds, removes or replaces a factor needs the password again; where there is a factor already, that one instead. */
export const proofSchema = z.union([
  z.strictObject({ password: passwordSchema }),
  z.strictObject({ factor: factorProofSchema }),
]);
export const totpConfirmSchema = z.strictObject({ code: totpCodeSchema });
/** Each works once; shown this once. Empty where a factor was added and there were codes already. */
export const recoveryCodesSchema = z.strictObject({ codes: z.array(z.string()).readonly() });
export const passkeyAddSchema = z.strictObject({ name: ownNameSchema, response: jsonObjectSchema });
export const webAuthnOptionsSchema = z.strictObject({ options: jsonObjectSchema });

export const signInListSchema = z.strictObject({ signIns: z.array(signInSchema) });
export const userListSchema = z.strictObject({ users: z.array(userSchema) });
/** `proof`: where anybody here has a second factor, so that a stolen session makes nobody who has one of their own. */
const proved = { proof: proofSchema.optional() };
export const userAddSchema = z.strictObject({ name: userNameSchema, role: roleSchema, ...proved });
export const userRemoveSchema = z.strictObject(proved);
/** `invite`: the one time it is shown; good for three days, once. */
export const userAddResponseSchema = z.strictObject({ user: userSchema, invite: z.string() });
export const userChangeSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  ...proved,
});
export const userRemovedSchema = z.strictObject({ id: userIdSchema });

export const apiTokenListSchema = z.strictObject({ tokens: z.array(apiTokenSchema) });
export const apiTokenAddSchema = z.strictObject({
  name: ownNameSchema,
  permissions: z.array(tokenPermissionSchema).min(1),
  days: z.int().min(1).max(MAX_API_TOKEN_DAYS),
});
/** `token`: the one time it is shown. */
export const apiTokenAddResponseSchema = z.strictObject({ token: z.string(), info: apiTokenSchema });
