// The public face of secrets.
export type { AnyCase } from './any-case.ts';
export { CANARY_RANDOM_BYTES, type CanaryKind, plantedFile } from './canary.ts';
export { createDetector, type DetectorOptions } from './detect/detector.ts';
export type { Confidence, Finding } from './finding.ts';
export { type KnownSecret, MIN_SECRET_LENGTH, whyNotProtected } from './known.ts';
export {
  type PlaceholderPart,
  parsePlaceholders,
  resolvePlaceholders,
  type SecretLookup,
} from './placeholder.ts';
export type { RedactingStream } from './redacting-stream.ts';
export { createRedactor, type Detector, type Redactor, type RedactorOptions } from './redactor.ts';
export {
  type ChunkOpener,
  type ChunkSealer,
  openChunks,
  readCopyHeader,
  SEALED_CHUNK_BYTES,
  sealChunks,
} from './seal/chunks.ts';
export { fingerprintOf } from './seal/fingerprint.ts';
export { KEY_BYTES, keyOfPassphrase, newArgon2, type SealKey, sealKeyOf } from './seal/keys.ts';
export { type Opened, readSealed, type SealFault, seal, unseal } from './seal/seal.ts';
