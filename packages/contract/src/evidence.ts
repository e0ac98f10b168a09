// What of the ledger is proved to others, and how long its records are kept (L4).
import { z } from 'zod';
import { callIdSchema, digestSchema, instantSchema } from './ids.ts';

const DAY_MS = 86_400_000;

/** How long records are kept; nothing set: for ever. Their hashes stay, so what is left still verifies. */
export const retentionConfigSchema = z.strictObject({
  /** Days after which records are sealed; null: never. */
  days: z.int().min(1).max(36_500).nullable().default(null),
  /** An absolute folder, outside of the state folder, that the sealed bytes are moved to; null: they are removed. */
  archive: z.string().min(1).max(4_096).startsWith('/').nullable().default(null),
});
export type RetentionConfig = Readonly<z.output<typeof retentionConfigSchema>>;

/** Before this moment nothing is kept; null: everything is. */
export const keptSince = ({ days }: RetentionConfig, now: number): number | null =>
  days === null ? null : now - days * DAY_MS;

/** Written before a byte goes: the digest of the signed statement that lies beside the ledger, and what it says. */
export const sealedRecordSchema = z.strictObject({
  kind: z.literal('sealed'),
  at: instantSchema,
  /** Records `[from, to)`. */
  from: z.int().nonnegative(),
  to: z.int().positive(),
  /** When the statement was signed. */
  signedAt: instantSchema,
  fate: z.enum(['removed', 'archived']),
  by: z.string(),
  /** Of the statement. */
  digest: digestSchema,
});
export type SealedRecord = Readonly<z.output<typeof sealedRecordSchema>>;

const hashSchema = z.base64();

/** A proof file, as `packages/ledger/verifier/verify.mjs` reads it. */
export const proofFileSchema = z.strictObject({
  castellanProof: z.literal(1),
  call: callIdSchema,
  vkey: z.string(),
  /** A signed note (C2SP). */
  checkpoint: z.string(),
  records: z
    .array(
      z.strictObject({
        index: z.int().nonnegative(),
        /** The bytes of the record as they stand in the ledger. */
        bytes: z.base64(),
        path: z.array(hashSchema).readonly(),
      }),
    )
    .readonly(),
  since: z.strictObject({ checkpoint: z.string(), path: z.array(hashSchema).readonly() }).optional(),
});
export type CallProof = Readonly<z.output<typeof proofFileSchema>>;

export const proofQuerySchema = z.strictObject({
  /** An older checkpoint that somebody kept, in base64url: the proof leads from it. */
  since: z.base64url().max(4_096).optional(),
});
export const proofResponseSchema = z.strictObject({ proof: proofFileSchema });

export const sealRequestSchema = z.strictObject({
  /** Days of records to keep; without it, what `retention.days` says. */
  days: z.int().min(1).max(36_500).optional(),
  /** Only say what would be sealed. */
  dryRun: z.boolean().default(false),
});
/** Why less is sealed than is old enough. */
export const sealKeptSchema = z.enum(['open-task', 'open-approval', 'undo', 'incident', 'forward']);
export const sealResponseSchema = z.strictObject({
  /** Records `[from, to)`; null: none is old enough. */
  sealed: z.strictObject({ from: z.int().nonnegative(), to: z.int().positive() }).nullable(),
  /** What held newer ones back, or null. */
  held: z
    .strictObject({
      by: sealKeptSchema,
      since: instantSchema,
      /** Which one, in words. */
      what: z.string().optional(),
    })
    .nullable(),
  dryRun: z.boolean(),
});
export type SealResponse = Readonly<z.output<typeof sealResponseSchema>>;
