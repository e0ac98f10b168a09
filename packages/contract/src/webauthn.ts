// What a browser's WebAuthn calls give back, as far as it is read here: bounded, base64url. Whether it is true is for the
// library that checks signatures; nothing is believed because it has this shape.
import { z } from 'zod';
import { parserOf } from './result.ts';

const base64url = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'base64url without padding' });

/** WebAuthn bounds a credential id at 1023 bytes. */
const credential = { id: base64url(1364), rawId: base64url(1364), type: z.literal('public-key') };
const clientDataJSON = base64url(8192);

/** Of `navigator.credentials.create`. */
export const passkeyMadeSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(65_536),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional(),
  }),
});
export type PasskeyMade = Readonly<z.output<typeof passkeyMadeSchema>>;
export const parsePasskeyMade = parserOf(passkeyMadeSchema);

/** Of `navigator.credentials.get`. */
export const passkeyUsedSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(128).optional(),
  }),
});
export type PasskeyUsed = Readonly<z.output<typeof passkeyUsedSchema>>;
export const parsePasskeyUsed = parserOf(passkeyUsedSchema);
