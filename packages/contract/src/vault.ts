// What the vault writes to disk: the header that stands in the open, and what is sealed. INVARIANT: `vaultContentsSchema`
// is the only type that holds values, and no route, event or record is made of it.
import { z } from 'zod';
import { instantSchema, moduleNameSchema } from './ids.ts';
import { jsonObjectSchema } from './json.ts';
import { parserOf } from './result.ts';
import { secretNameSchema, secretUseSchema } from './secret.ts';

/** What a sealed text is: the vault itself, or a copy that its own passphrase opens. */
export const sealSchemaSchema = z.enum(['castellan/vault/v1', 'castellan/backup/v1']);
export type SealSchema = z.output<typeof sealSchemaSchema>;

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const keyId = z.string().regex(/^[0-9a-f]{16}$/);

/**
 * Parameters of argon2id. The floor is what RFC 9106 recommends where memory is scarce (64 MiB, 3 passes, 4 lanes), so that
 * a changed header cannot make guessing cheap; the ceiling keeps it from taking the machine's memory.
 */
export const argon2Schema = z.strictObject({
  salt: z
    .string()
    .regex(/^[A-Za-z0-9+/]{22}==$/)
    .describe('16 bytes'),
  memoryKiB: z.int().min(65_536).max(1_048_576),
  passes: z.int().min(3).max(32),
  lanes: z.int().min(4).max(16),
});
export type Argon2 = Readonly<z.output<typeof argon2Schema>>;

/** Where the key that opens it is found. `id` tells a wrong key from a changed text. */
export const keySlotSchema = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('keychain'), id: keyId, name: z.string().regex(/^[0-9a-f]{16}-[0-9a-f]{16}$/) }),
  z.strictObject({ source: z.literal('file'), id: keyId, name: z.string().regex(/^[0-9a-f]{16}-[0-9a-f]{16}$/) }),
  z.strictObject({ source: z.literal('passphrase'), id: keyId, argon2: argon2Schema }),
]);
export type KeySlot = Readonly<z.output<typeof keySlotSchema>>;

export const sealHeaderSchema = z.strictObject({
  schema: sealSchemaSchema,
  key: keySlotSchema,
  /** The key of the contents, sealed by the key above: nonce, text, tag. */
  dataKey: base64.max(200),
  /** Characters that follow the header. */
  length: z.int().nonnegative(),
});
export type SealHeader = Readonly<z.output<typeof sealHeaderSchema>>;
export const parseSealHeader = parserOf(sealHeaderSchema);

/** Bounds of the whole: a vault is read, sealed and redacted as one. */
export const MAX_SECRETS = 2000;
export const MAX_VAULT_BYTES = 8 * 1024 * 1024;
/** Values before the last rotations that are still redacted. */
export const MAX_FORMER_VALUES = 8;
/** Values of removed secrets that are still redacted: somebody may hold one still. */
export const MAX_REMOVED_VALUES = 64;

export const keptSecretSchema = z.strictObject({
  name: secretNameSchema,
  value: z.string(),
  /** Newest first: still redacted, given to nobody. */
  former: z.array(z.string()).max(MAX_FORMER_VALUES).readonly(),
  uses: z.array(secretUseSchema).readonly(),
  note: z.string(),
  canary: z.boolean(),
  planted: z.array(z.string()).readonly(),
  createdAt: instantSchema,
  rotatedAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  rotateAfterDays: z.int().positive().nullable(),
  /** The module whose sign-in this is; its value is an `ownedValue`. Given to nobody but that sign-in. */
  owner: moduleNameSchema.optional(),
});
export type KeptSecret = Readonly<z.output<typeof keptSecretSchema>>;

/** What a sign-in keeps, as JSON. `secrets` are hidden one by one wherever they turn up; what `about` says is no secret. */
export const ownedValueSchema = z.strictObject({
  about: jsonObjectSchema,
  secrets: z.record(z.string(), z.string()),
});
export type OwnedValue = Readonly<z.output<typeof ownedValueSchema>>;
export const parseOwnedValue = parserOf(ownedValueSchema);

export const vaultContentsSchema = z.strictObject({
  /** Of fingerprints: 32 bytes in hexadecimal. Never leaves the vault, not in a backup either. */
  fingerprintKey: z.string().regex(/^[0-9a-f]{64}$/),
  /** Grows with each change. */
  generation: z.int().nonnegative(),
  secrets: z.array(keptSecretSchema).max(MAX_SECRETS).readonly(),
  /** Newest first: listed nowhere, given to nobody. */
  removed: z
    .array(z.strictObject({ name: secretNameSchema, value: z.string(), at: instantSchema }))
    .max(MAX_REMOVED_VALUES)
    .readonly()
    .default([]),
});
export type VaultContents = Readonly<z.output<typeof vaultContentsSchema>>;
export const parseVaultContents = parserOf(vaultContentsSchema);
export const parseBackupContents = parserOf(vaultContentsSchema.pick({ secrets: true }));

/** What use was made of secrets, as it is kept beside the vault: counted from the ledger, so it can be made again. */
export const secretUsesSchema = z.strictObject({
  /** Records before this one are counted. */
  upTo: z.int().nonnegative(),
  secrets: z.record(
    secretNameSchema,
    z.strictObject({
      last: z.strictObject({ at: instantSchema, by: z.string(), host: z.string().nullable() }).nullable(),
      times: z.int().nonnegative(),
      /** The end that was told of. */
      expired: instantSchema.nullable(),
    }),
  ),
});
export type SecretUses = Readonly<z.output<typeof secretUsesSchema>>;
export const parseSecretUses = parserOf(secretUsesSchema);
