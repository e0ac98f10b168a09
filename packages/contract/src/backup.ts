// A copy of the whole state in one file: what stands in its header, what it says of itself, what is asked and answered about it.
// INVARIANT: a copy is always sealed. One that anybody could have written could bring people, rules and denies of its own.
import { z } from 'zod';
import { instantSchema } from './ids.ts';
import { parserOf } from './result.ts';
import { secretNameSchema } from './secret.ts';
import { argon2Schema } from './vault.ts';

export const COPY_SCHEMA = 'castellan/copy/v1';
/** Bytes of a chunk before it is sealed; a copy is read and checked in steps of it. */
export const COPY_CHUNK_BYTES = 65_536;
/** The header is one line, no longer than this. */
export const MAX_COPY_HEADER_BYTES = 2048;

const keyId = z.string().regex(/^[0-9a-f]{16}$/);

/** What opens a copy: a passphrase, on any machine; or, for one made before an upgrade, a key in the state it is a copy of. */
export const copySlotSchema = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('passphrase'), id: keyId, argon2: argon2Schema }),
  z.strictObject({ source: z.literal('state'), id: keyId }),
]);
export type CopySlot = Readonly<z.output<typeof copySlotSchema>>;

export const copyHeaderSchema = z.strictObject({
  schema: z.literal(COPY_SCHEMA),
  key: copySlotSchema,
  /** The key of the chunks, sealed by the key above: nonce, text, tag. */
  dataKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .max(200),
});
export type CopyHeader = Readonly<z.output<typeof copyHeaderSchema>>;
export const parseCopyHeader = parserOf(copyHeaderSchema);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a copy says of itself, before anything else in it. */
export const copyAboutSchema = z.strictObject({
  at: instantSchema,
  /** The Castellan that wrote it, and the number of its database's form. */
  version: z.string().max(60),
  format: z.int().nonnegative(),
  /** Why it was made. */
  reason: z.enum(['asked', 'schedule', 'upgrade']),
  /** passphrase: sealed anew by what opens the copy. as-is: by its own key, which lies outside of every copy. */
  vault: z.enum(['none', 'passphrase', 'as-is']),
  undo: z.boolean(),
  /** Names of those who could sign in. */
  people: z.array(z.string().max(200)).max(1000),
});
export type CopyAbout = Readonly<z.output<typeof copyAboutSchema>>;
export const parseCopyAbout = parserOf(copyAboutSchema);

/** Its last line: each file in it, in order. What does not agree with what was read is no copy. */
export const copyManifestSchema = z.strictObject({
  members: z.array(z.strictObject({ path: z.string(), size: z.int().nonnegative(), sha256 })).readonly(),
});
export type CopyManifest = Readonly<z.output<typeof copyManifestSchema>>;
export const parseCopyManifest = parserOf(copyManifestSchema);

/** `45m`, `6h`, `1d`. */
const everySchema = z.string().regex(/^[1-9]\d{0,3}[mhd]$/, { error: 'is written `6h` or `1d`' });

/** Copies that are made by themselves. */
export const backupsConfigSchema = z
  .strictObject({
    /** How often; null: never. */
    every: everySchema.nullable().default(null),
    /** How many of them stay. */
    keep: z.int().min(1).max(1000).default(7),
    /** The folder, absolute; they lie below it in `castellan-backups`. Null: beside the key files, in the user's data folder. */
    to: z.string().regex(/^\//, { error: 'is not an absolute path' }).max(1000).nullable().default(null),
    /** The secret of the vault that holds the passphrase; it needs `--use module:backups`. */
    passphrase: secretNameSchema.nullable().default(null),
  })
  .refine(({ every, passphrase }) => every === null || passphrase !== null, {
    path: ['passphrase'],
    error: 'is needed where copies are made by themselves: the name of a secret',
  });
export type BackupsConfig = Readonly<z.output<typeof backupsConfigSchema>>;

const passphrase = z
  .string()
  .max(1024)
  .refine((text) => text.isWellFormed(), { error: 'is not well-formed' });

export const backupRequestSchema = z.strictObject({
  /** A new file, absolute; left out: one in the folder of copies. */
  out: z.string().regex(/^\//, { error: 'is not an absolute path' }).max(1000).optional(),
  passphrase: passphrase.refine((text) => text.length >= 12, { error: 'is shorter than 12 characters' }),
  /** With what undo needs. */
  undo: z.boolean().default(false),
});
export type BackupRequest = Readonly<z.output<typeof backupRequestSchema>>;

/** A copy that was read back, byte for byte, after it was written. */
export const backupMadeSchema = z.strictObject({
  file: z.string(),
  at: instantSchema,
  bytes: z.int().nonnegative(),
  files: z.int().nonnegative(),
  /** Of the ledger in it, which was verified there. */
  records: z.int().nonnegative(),
  root: z.string(),
  vault: copyAboutSchema.shape.vault,
});
export type BackupMade = Readonly<z.output<typeof backupMadeSchema>>;

/** How copies stand. */
export const backupsViewSchema = z.strictObject({
  every: z.string().nullable(),
  keep: z.int(),
  folder: z.string(),
  /** The last that was made and verified, whoever asked for it; null: none ever. */
  last: backupMadeSchema.nullable(),
  /** Why the last try failed; null: it did not. */
  failed: z.string().nullable(),
  /** Those of this state in the folder, newest first. */
  copies: z.array(z.strictObject({ file: z.string(), bytes: z.int(), at: instantSchema })),
  /** How many in the folder are of other states: `keep` is not about them. */
  others: z.int().nonnegative(),
});
export type BackupsView = Readonly<z.output<typeof backupsViewSchema>>;

/** What the daemon's program does without being a daemon: asked as one JSON text on its input, answered as one line. */
export const offlineRequestSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('verify-copy'),
    file: z.string(),
    home: z.string(),
    passphrase: passphrase.nullable(),
  }),
  z.strictObject({
    task: z.literal('restore'),
    file: z.string(),
    home: z.string(),
    passphrase: passphrase.nullable(),
    /** Move a state that is there aside. */
    replace: z.boolean(),
  }),
  z.strictObject({ task: z.literal('recover-database'), home: z.string() }),
]);
export type OfflineRequest = Readonly<z.output<typeof offlineRequestSchema>>;
export const parseOfflineRequest = parserOf(offlineRequestSchema);

const refused = z.strictObject({
  kind: z.literal('refused'),
  message: z.string(),
  hints: z.array(z.string()),
  exitCode: z.union([z.literal(1), z.literal(64)]),
});
export const copyVerifiedSchema = z.strictObject({
  kind: z.literal('verified'),
  about: copyAboutSchema,
  files: z.int(),
  bytes: z.int(),
  records: z.int(),
  root: z.string(),
});
export type CopyVerified = Readonly<z.output<typeof copyVerifiedSchema>>;
export const restoredSchema = z.strictObject({
  kind: z.literal('restored'),
  about: copyAboutSchema,
  home: z.string(),
  /** Where what stood there before lies now; null: there was nothing. */
  aside: z.string().nullable(),
  records: z.int(),
  /** A panic stands as before: it is none of a copy's to end. */
  panic: z.boolean(),
});
export type Restored = Readonly<z.output<typeof restoredSchema>>;
export const databaseRecoveredSchema = z.strictObject({
  kind: z.literal('database-recovered'),
  records: z.int(),
  agents: z.array(z.string()),
  /** Where the damaged one lies; null: there was none. */
  aside: z.string().nullable(),
  /** Whether the checkpoint kept outside of the ledger could still be read. */
  checkpoint: z.boolean(),
});
export type DatabaseRecovered = Readonly<z.output<typeof databaseRecoveredSchema>>;
/** Its answer. */
export const offlineAnswerSchema = z.discriminatedUnion('kind', [
  refused,
  copyVerifiedSchema,
  restoredSchema,
  databaseRecoveredSchema,
]);
export type OfflineAnswer = Readonly<z.output<typeof offlineAnswerSchema>>;
export type OfflineRefusal = Extract<OfflineAnswer, { readonly kind: 'refused' }>;
export const parseOfflineAnswer = parserOf(offlineAnswerSchema);
