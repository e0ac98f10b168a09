// Whether what a call does can be taken back, told before it runs and again when it has run (U1).
import { z } from 'zod';

export const reversibilitySchema = z.strictObject({
  /** reversible: all that it changes. partly: some of it. not: nothing of it. */
  kind: z.enum(['reversible', 'partly', 'not']),
  /** One line: `3 files can be put back; what is sent to mail.example cannot`. Redacted. */
  text: z.string().max(1000),
});
export type Reversibility = Readonly<z.output<typeof reversibilitySchema>>;
