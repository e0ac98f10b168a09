// People: who may sign in, with what, and what stands open in their name. INVARIANT: no type here can carry a password, a key
// or a token outwards; those travel in, or once at the moment they are made.
import { z } from 'zod';
import { PERMISSIONS, roleSchema } from './actor.ts';
import { apiTokenIdSchema, instantSchema, passkeyIdSchema, signInIdSchema, userIdSchema } from './ids.ts';

/** What a person signs in with: lower case, so that two names never look alike. */
export const userNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, {
  error: 'a name has lower-case letters, digits, `.`, `_` and `-`, at most 32',
});

/** What a person calls a key or a token. One line of what can be seen: it stands in records and on terminals. */
export const ownNameSchema = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}]+$/u, { error: 'one line, without invisible characters' });

/** In bytes of UTF-8 it is bounded again where it is hashed. */
export const passwordSchema = z.string().min(1).max(1024);

export const userSchema = z.strictObject({
  id: userIdSchema,
  name: userNameSchema,
  role: roleSchema,
  createdAt: instantSchema,
  disabledAt: instantSchema.nullable(),
  /** Has not chosen a password yet. */
  invited: z.boolean(),
  factors: z.strictObject({
    totp: z.boolean(),
    passkeys: z.int().nonnegative(),
    recoveryCodes: z.int().nonnegative(),
  }),
  lastSignInAt: instantSchema.nullable(),
});
export type User = Readonly<z.output<typeof userSchema>>;

export const passkeySchema = z.strictObject({
  /** Of our own making: the credential's is for the authenticator alone. */
  id: passkeyIdSchema,
  name: ownNameSchema,
  createdAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
  /** The host of the page it works at: passkeys belong to a name. */
  site: z.string().max(253),
  /** Whether the authenticator keeps copies elsewhere. */
  synced: z.boolean(),
});
export type Passkey = Readonly<z.output<typeof passkeySchema>>;

export const factorSchema = z.enum(['none', 'totp', 'passkey', 'recovery']);
export type Factor = z.output<typeof factorSchema>;

/** One sign-in: a browser's cookie, or a program's rotating token family. */
export const signInSchema = z.strictObject({
  id: signInIdSchema,
  user: userIdSchema,
  userName: userNameSchema,
  kind: z.enum(['browser', 'program']),
  startedAt: instantSchema,
  lastSeenAt: instantSchema,
  expiresAt: instantSchema,
  /** Where it last came from. */
  address: z.string(),
  /** What the browser or program says it is. */
  client: z.string().max(200),
  factor: factorSchema,
  /** The one that asks. */
  current: z.boolean(),
});
export type SignIn = Readonly<z.output<typeof signInSchema>>;

/**
 * What an API token may never do: answer for a person's own account, make more of its kind, say yes to a program (S3), say
 * when one runs, with what, and by which agent (who makes schedules runs everything that is approved, S9), take a
 * copy of everything that a passphrase of its own opens (R3), or mend what holds agents.
 */
const NOT_FOR_TOKENS = [
  ...(['public', 'account:self', 'users:write', 'api-tokens:write', 'ledger:seal'] as const),
  ...(['scripts:approve', 'schedules:write', 'backups:write', 'checks:fix', 'panic:end', 'undo:run'] as const),
] as const;
export const tokenPermissionSchema = z.enum(PERMISSIONS).exclude([...NOT_FOR_TOKENS]);

export const apiTokenSchema = z.strictObject({
  id: apiTokenIdSchema,
  name: ownNameSchema,
  user: userIdSchema,
  permissions: z.array(tokenPermissionSchema).min(1).readonly(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
});
export type ApiToken = Readonly<z.output<typeof apiTokenSchema>>;
/** The longest an API token may live, in days. */
export const MAX_API_TOKEN_DAYS = 366;
