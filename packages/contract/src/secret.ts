// Secrets as everyone but the vault sees them: a name, what it may be used for, when it was used. INVARIANT: no type here
// can carry a value outwards; values travel in, never out (X1).
import { z } from 'zod';
import { agentIdSchema, instantSchema, moduleNameSchema } from './ids.ts';

/** Stands in `[REDACTED:NAME]` and in `${secret:NAME}`: nothing in it may end either. */
export const secretNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, {
  error: 'a name begins with a letter or `_` and has letters, digits, `_`, `.` and `-`, at most 64',
});
export type SecretName = z.output<typeof secretNameSchema>;

/** Longest sealed text: what MAX_VAULT_BYTES become as base64, with room for the header. */
export const MAX_SEALED_CHARACTERS = 12 * 1024 * 1024;

/** Longest value, in bytes of UTF-8: a key file fits, a disk does not. */
export const MAX_SECRET_BYTES = 65_536;

/** A name, an address or `*.` before a name of two labels or more, with a port where it is not the scheme's own. */
const useHost = /^(?:(?:\*\.(?=[^.:]+\.))?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;

/** Who may have a secret used for them, and where it may go. A kind that is not listed at all is not restricted, but a
 * secret goes to no host that is not listed: without any `host` it leaves for nowhere. */
export const secretUseKindSchema = z.enum(['script', 'module', 'host', 'agent'], {
  error: 'no such kind: script, module, host or agent',
});
export const secretUseSchema = z
  .strictObject({
    kind: secretUseKindSchema,
    /**
     * A script's or module's name; an agent's name or id; a host as `example.org` (the scheme's own port and no other),
     * `example.org:8443` or `*.example.org` (what stands below it, not itself), lower case.
     */
    name: z
      .string()
      .max(255)
      .regex(/^[^\s\p{Cc}]+$/u, { error: 'a use names something, without blanks' }),
  })
  .refine(({ kind, name }) => kind !== 'host' || useHost.test(name), {
    path: ['name'],
    error: 'a host is written `example.org`, `*.example.org` or `example.org:8443`, in lower case',
  });
export type SecretUse = Readonly<z.output<typeof secretUseSchema>>;

export const secretInfoSchema = z.strictObject({
  name: secretNameSchema,
  uses: z.array(secretUseSchema).readonly(),
  note: z.string().max(200),
  /** Planted: nobody uses it, so whoever does is caught (X6). */
  canary: z.boolean(),
  /** The module whose sign-in keeps its tokens here (M6): used by nothing else, changed by nobody. */
  owner: moduleNameSchema.optional(),
  /** Keyed hash of the value, 16 hexadecimal digits: tells values apart, tells nothing of them. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  createdAt: instantSchema,
  rotatedAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  rotateAfterDays: z.int().min(1).max(3650).nullable(),
  lastUsed: z.strictObject({ at: instantSchema, by: z.string(), host: z.string().nullable() }).nullable(),
  timesUsed: z.int().nonnegative(),
  /** soon: within a week. An expired secret is not given out any more, and still redacted. */
  due: z.enum(['no', 'soon', 'now', 'expired']),
});
export type SecretInfo = Readonly<z.output<typeof secretInfoSchema>>;

/** Where the vault's key is kept, best first. */
export const keySourceSchema = z.enum(['keychain', 'passphrase', 'file']);
export type KeySource = z.output<typeof keySourceSchema>;

export const vaultStateSchema = z.strictObject({
  /** locked: a passphrase is needed. damaged: the file cannot be read; nothing is overwritten. empty: never made. */
  state: z.enum(['open', 'locked', 'damaged', 'empty']),
  key: keySourceSchema.nullable(),
  /** One line for a person; empty when there is nothing to say. */
  text: z.string(),
});
export type VaultState = Readonly<z.output<typeof vaultStateSchema>>;

export const secretListSchema = z.strictObject({ vault: vaultStateSchema, secrets: z.array(secretInfoSchema) });

const settings = {
  uses: z.array(secretUseSchema).max(64),
  note: z.string().max(200),
  expiresAt: instantSchema.nullable(),
  rotateAfterDays: z.int().min(1).max(3650).nullable(),
};
/** No message may quote what was sent: these are the fields a value stands in. */
const value = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= MAX_SECRET_BYTES, {
    error: `is longer than ${MAX_SECRET_BYTES} bytes`,
  })
  .refine((text) => text.isWellFormed(), { error: 'has half of a surrogate pair: no bytes stand for it' });

export const secretAddSchema = z.strictObject({
  name: secretNameSchema,
  value,
  uses: settings.uses.default([]),
  note: settings.note.default(''),
  expiresAt: settings.expiresAt.default(null),
  rotateAfterDays: settings.rotateAfterDays.default(null),
  canary: z.boolean().default(false),
  /** Files that hold this canary: a call that reads one of them is caught too. Absolute. */
  planted: z.array(z.string().min(1).max(4096)).max(16).default([]),
});
export const secretChangeSchema = z.strictObject({
  uses: settings.uses.optional(),
  note: settings.note.optional(),
  expiresAt: settings.expiresAt.optional(),
  rotateAfterDays: settings.rotateAfterDays.optional(),
});
export const secretRotateSchema = z.strictObject({ value });
export type SecretAdd = Readonly<z.output<typeof secretAddSchema>>;
export type SecretChange = Readonly<z.output<typeof secretChangeSchema>>;

const anyPassphrase = z
  .string()
  .min(1)
  .max(1024)
  .refine((text) => text.isWellFormed(), { error: 'is not well-formed' });
const passphrase = anyPassphrase.refine((text) => text.length >= 12, { error: 'is shorter than 12 characters' });
/** Without a passphrase the key is looked for again where it is kept: a keychain that was locked, a file that was away. */
export const vaultUnlockSchema = z.strictObject({ passphrase: anyPassphrase.optional() });
/** Moves the vault to a new key. Everything is sealed anew; the old key opens nothing any more. */
export const vaultKeySchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('keychain') }),
  z.strictObject({ to: z.literal('file') }),
  z.strictObject({ to: z.literal('passphrase'), passphrase }),
]);
export type VaultKeyChange = Readonly<z.output<typeof vaultKeySchema>>;
/** For a vault that cannot be opened. It is put aside; the generation before it, or nothing, takes its place. */
export const vaultRecoverSchema = z.strictObject({ from: z.enum(['previous', 'nothing']) });
export const vaultBackupSchema = z.strictObject({ passphrase });
/** A sealed text that only its passphrase opens, on any machine. */
export const vaultBackupResponseSchema = z.strictObject({ backup: z.string(), secrets: z.int() });
export const vaultRestoreSchema = z.strictObject({
  backup: z.string().max(MAX_SEALED_CHARACTERS),
  passphrase: anyPassphrase,
  /** Secrets that are there already: kept as they are, or taken from the backup. */
  existing: z.enum(['keep', 'replace']).default('keep'),
});
export type VaultRestore = Readonly<z.output<typeof vaultRestoreSchema>>;
export const vaultRestoreResponseSchema = z.strictObject({
  restored: z.array(secretNameSchema),
  kept: z.array(secretNameSchema),
});

/** A model key: a placeholder an agent may hold, good for nothing but the broker of this daemon (X5). */
export const modelKeyResponseSchema = z.strictObject({ agent: agentIdSchema, key: z.string() });
