// What a confined script and its host say to each other (S5, S8): a child asks, the host answers. INVARIANT: a child is never
// given a secret's value. It has names, and texts in which names stand for values; the host puts the values in when it acts.
import { z } from 'zod';
import type { JsonValue } from './json.ts';
import {
  inspectionSchema,
  MAX_SCRIPT_VALUE_BYTES,
  type ScriptErrorCode,
  scriptErrorCodeSchema,
  scriptErrorSchema,
  scriptToolSchema,
} from './script.ts';
import { secretNameSchema } from './secret.ts';

/** Longest frame of a child, in bytes. Host calls are the longest of what it says. */
export const MAX_CHILD_FRAME_BYTES = 1_048_576;
/** Longest answer of the host, in bytes of JSON. */
export const MAX_HOST_ANSWER_BYTES = 4_194_304;
/** Objects and lists within each other, in values that go to and come from a script. */
export const MAX_SCRIPT_VALUE_DEPTH = 64;
/** Lines a run may print and log, each of them as long as `outputBytes` allows. */
export const MAX_OUTPUT_LINES = 10_000;
/** Questions of one run that reach nowhere: the time, sleeping, whether there is a secret. */
export const MAX_QUESTIONS = 10_000;
/** Longest `time.sleep`, in milliseconds. */
export const MAX_SLEEP_MS = 30_000;

/** How a secret's value is written where it stands: as it is; inside a JSON string; inside a URL. */
export const secretFormSchema = z.enum(['text', 'json', 'url']);
export type SecretForm = z.output<typeof secretFormSchema>;

const secretPartSchema = z.strictObject({ secret: secretNameSchema, as: secretFormSchema });

/** A text in which names stand for values of secrets. Neighbouring plain parts are one part. */
export const scriptTextSchema = z
  .array(z.union([z.string(), secretPartSchema]))
  .max(256)
  .readonly();
export type ScriptText = Readonly<z.output<typeof scriptTextSchema>>;

/** The text itself; `meant` says what a name stands for. With `(name) => '[REDACTED:' + name + ']'` it is fit to be shown. */
export function writeScriptText(text: ScriptText, meant: (secret: string) => string): string {
  return text.map((part) => (typeof part === 'string' ? part : writeSecret(meant(part.secret), part.as))).join('');
}

/** A secret's value as it stands where its form says. */
export function writeSecret(value: string, form: SecretForm): string {
  switch (form) {
    case 'text':
      return value;
    case 'json':
      return JSON.stringify(value).slice(1, -1);
    case 'url':
      return encodeURIComponent(value.toWellFormed());
  }
}

/** Names of the secrets in it, each once. */
export const secretsOfText = (text: ScriptText): readonly string[] => [
  ...new Set(text.flatMap((part) => (typeof part === 'string' ? [] : [part.secret]))),
];

const headerNameSchema = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/);
/** INVARIANT: scheme, host and port are plain: a secret cannot say where a request goes. */
const urlSchema = scriptTextSchema.refine(
  ([first, second]) => typeof first === 'string' && (second === undefined || /^https?:\/\/[^/?#\\]+[/?#]/i.test(first)),
  { error: 'a secret cannot be part of the host of a URL' },
);
/** INVARIANT: what stands in JSON is written as JSON: a value cannot end the string it is in. */
const jsonTextSchema = scriptTextSchema.refine(
  (text) => text.every((part) => typeof part === 'string' || part.as === 'json'),
  {
    error: 'a secret in JSON is written as JSON',
  },
);

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** `http.request` and its short forms. Redirects are the host's to follow or not. */
export const httpHostCallSchema = z.strictObject({
  kind: z.literal('http'),
  method: z.enum(HTTP_METHODS),
  /** `params` are in it. */
  url: urlSchema,
  headers: z
    .array(z.tuple([headerNameSchema, scriptTextSchema]))
    .max(64)
    .readonly(),
  /** `json`: text that is JSON, to be sent as `application/json` where no header says otherwise. */
  body: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text'), text: scriptTextSchema }),
      z.strictObject({ kind: z.literal('json'), text: jsonTextSchema }),
      z.strictObject({ kind: z.literal('bytes'), base64: z.base64() }),
    ])
    .nullable(),
  /** `Authorization: Basic`, which the host makes of both. */
  auth: z.strictObject({ user: scriptTextSchema, password: scriptTextSchema }).nullable(),
  timeoutMs: z.int().min(1).max(300_000),
});
export type HttpHostCall = Readonly<z.output<typeof httpHostCallSchema>>;

/** `tools.call(module, tool, arguments)`. `arguments` is the JSON of an object. */
export const toolHostCallSchema = z.strictObject({
  kind: z.literal('tool'),
  ...scriptToolSchema.shape,
  arguments: jsonTextSchema,
});
export type ToolHostCall = Readonly<z.output<typeof toolHostCallSchema>>;

/** What a child asks of its host, one at a time; it waits for the answer. */
export const hostCallSchema = z.discriminatedUnion('kind', [
  httpHostCallSchema,
  toolHostCallSchema,
  /** `secrets.has`: whether there is one of this name now, for this script. Answered with a boolean. */
  z.strictObject({ kind: z.literal('secret'), name: secretNameSchema }),
  /** `time.now()`: answered with milliseconds since 1970. */
  z.strictObject({ kind: z.literal('now') }),
  /** `time.sleep(seconds)`: answered with null when they are over. */
  z.strictObject({ kind: z.literal('sleep'), ms: z.number().min(0).max(MAX_SLEEP_MS) }),
]);
export type HostCall = Readonly<z.output<typeof hostCallSchema>>;

/** What a host answers. Nothing of a secret's value may be in it: it goes into the child. */
export type HostReply =
  /** To `http`: names of headers in lower case; a body that is not UTF-8 as base64. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | { readonly base64: string };
      /** Where the answer came from, after redirects. */
      readonly url: string;
    }
  /** To everything else. */
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** It was not done, and the program ends there with this error; one line, and what to do about it. */
  | { readonly kind: 'refused'; readonly code: ScriptErrorCode; readonly message: string; readonly hint?: string };

export const outputLevelSchema = z.enum(['print', 'debug', 'info', 'warn', 'error']);
export type OutputLevel = z.output<typeof outputLevelSchema>;

/** As the interpreter counted. */
const usedSchema = z.strictObject({
  steps: z.int().nonnegative(),
  memoryBytes: z.int().nonnegative(),
  outputBytes: z.int().nonnegative(),
});

/** `refused`: the host's last answer was a refusal, and that ended it. */
const endingSchema = z.enum([
  'refused',
  ...scriptErrorCodeSchema.extract([
    'script_invalid',
    'arguments_invalid',
    'program_failed',
    'capability_missing',
    'steps_exceeded',
    'memory_exceeded',
    'output_exceeded',
    'depth_exceeded',
    'result_invalid',
    'failed',
  ]).options,
]);

/** Everything a child can say. Whatever else it says is its end. */
export const childMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('inspection'), inspection: inspectionSchema }),
  z.strictObject({ kind: z.literal('call'), call: hostCallSchema }),
  z.strictObject({ kind: z.literal('output'), level: outputLevelSchema, text: z.string() }),
  /** `result`: JSON text, so that its size is known before it is a value. */
  z.strictObject({ kind: z.literal('done'), result: z.string().max(MAX_SCRIPT_VALUE_BYTES), used: usedSchema }),
  z.strictObject({
    kind: z.literal('failed'),
    code: endingSchema,
    message: scriptErrorSchema.shape.message,
    traceback: scriptErrorSchema.shape.traceback,
    used: usedSchema,
  }),
]);
export type ChildMessage = Readonly<z.output<typeof childMessageSchema>>;

/** Messages are flat: what a program makes is in them as text. */
const MAX_MESSAGE_DEPTH = 8;
const MAX_MESSAGE_MARKS = 8192;

/**
 * What a child said, or `undefined` for what is no message. INVARIANT: it takes time and memory in proportion to the frame: what
 * has too many members or is too deep is not even made into a value.
 */
export function parseChildMessage(frame: Uint8Array): ChildMessage | undefined {
  if (frame.length > MAX_CHILD_FRAME_BYTES) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(frame);
    if (!isWithin(text, MAX_MESSAGE_DEPTH, MAX_MESSAGE_MARKS)) return undefined;
    return childMessageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A script's value out of its JSON text; `undefined`: it is none, too long or too deep. */
export function parseScriptValue(text: string): { readonly value: JsonValue } | undefined {
  if (text.length > MAX_SCRIPT_VALUE_BYTES || !text.isWellFormed()) return undefined;
  if (new TextEncoder().encode(text).length > MAX_SCRIPT_VALUE_BYTES) return undefined;
  if (!isWithin(text, MAX_SCRIPT_VALUE_DEPTH, MAX_SCRIPT_VALUE_BYTES)) return undefined;
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}

/** Whether a JSON text is nested no deeper, and has no more brackets, commas and colons outside of strings. */
function isWithin(text: string, depth: number, marks: number): boolean {
  let open = 0;
  let seen = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) {
      open += 1;
      seen += 1;
      if (open > depth) return false;
    } else if (code === 0x5d || code === 0x7d) open -= 1;
    else if (code === 0x2c || code === 0x3a) seen += 1;
    if (seen > marks) return false;
  }
  return true;
}
