// What the verifier gives to whoever takes it into another program.
export interface VerifierCrypto {
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly isSigned: (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;
}

export function webCrypto(subtle?: unknown): VerifierCrypto;

/** A line for each step, the last one the result. Without `key` nothing is proved. */
export function verifyProof(
  file: string,
  options?: {
    readonly key?: string | undefined;
    readonly since?: string | undefined;
    readonly show?: boolean;
    readonly crypto?: VerifierCrypto;
  },
): Promise<{ readonly ok: boolean; readonly lines: readonly string[] }>;
