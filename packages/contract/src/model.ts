// Model servers the broker stands before (X5): what is configured, what came of a request.
import { z } from 'zod';
import { secretNameSchema } from './secret.ts';

export const upstreamNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);

/** How the server is spoken to: which paths it has, where its key stands, how it counts tokens. */
export const modelApiSchema = z.enum(['openai', 'anthropic']);
export type ModelApi = z.output<typeof modelApiSchema>;

export const upstreamSchema = z.strictObject({
  /** Where it is: `http` only to this machine or the local network, `https` elsewhere. No credentials, query or fragment. */
  url: z.string().min(1).max(2000),
  api: modelApiSchema,
  /** The secret that stands in for the agent's placeholder; without one the request carries no key. */
  secret: secretNameSchema.optional(),
  /** Further headers; `${secret:NAME}` in a value is resolved towards this host only. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(2000)).default({}),
  /** Seconds to the first byte of an answer, and between two of them. */
  stallSeconds: z.int().min(1).max(3600).default(300),
});
export type Upstream = Readonly<z.output<typeof upstreamSchema>>;

export const modelsSchema = z.strictObject({
  /** Beside the local servers that are known by name: `lmx`, `ollama`, `lm-studio`, `vllm`. */
  upstreams: z.record(upstreamNameSchema, upstreamSchema).default({}),
});
export type ModelsConfig = Readonly<z.output<typeof modelsSchema>>;
