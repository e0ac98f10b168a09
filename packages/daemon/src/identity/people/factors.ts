// What people asks of second factors. They are kept and checked elsewhere in identity; here they are only asked for.
import type { Factor, FactorProof, Passkey, User, UserId } from '@castellan/contract';
import type { FactorQuestion } from './pending.ts';
import type { From } from './sign-ins.ts';

export type Proved =
  | { readonly kind: 'right'; readonly factor: Factor }
  /** `why` is for the record alone. */
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'held-off'; readonly seconds: number };

export interface Factors {
  of(user: UserId): User['factors'];
  passkeys(user: UserId): readonly Passkey[];
  /** What must follow the right password; null: nothing. `origin`: where a browser is, for its passkeys. */
  ask(user: UserId, origin: string | null): Promise<FactorQuestion | null>;
  /** `memory`: as `ask` gave it; null where the proof came together with the password. */
  check(user: UserId, proof: FactorProof, memory: string | null, from: From): Promise<Proved>;
}
