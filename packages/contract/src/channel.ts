// Notification channels: how a person is reached away from the screen (H3). Each is opt-in. INVARIANT: credentials of a
// channel are names of secrets in the vault, never values.
import { z } from 'zod';
import { approvalSchema, resolveRequestSchema } from './approval.ts';
import { instantSchema } from './ids.ts';
import { secretNameSchema } from './secret.ts';

export const channelNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
  error: 'a name has lower-case letters, digits and `-`, at most 32',
});
const webAddress = z.url({ protocol: /^https?$/ }).max(500);

/** `me@example.org` or `Castellan <me@example.org>`: one address, one line. */
const mailAddress = z
  .string()
  .max(300)
  .regex(/^(?:[^<>"(),:;@\p{Cc}]{0,100} <[^\s<>"(),:;@]+@[^\s<>"(),:;@]+>|[^\s<>"(),:;@]+@[^\s<>"(),:;@]+)$/u, {
    error: 'an address: `me@example.org` or `Castellan <me@example.org>`',
  });

const told = {
  /** What is told here. */
  tells: z.array(z.enum(['approval', 'reminder', 'alarm'])).default(['approval', 'reminder', 'alarm']),
};
/** Shown where people sign in anyway, or where any program of the user can read it. */
const signedIn = { ...told, answers: z.literal('sign-in').default('sign-in') };
const common = {
  ...told,
  /**
   * sign-in: a link opens the page, where a person signs in. link: whoever holds the message may answer, once. Only for a
   * channel whose messages no agent can read: a mailbox that an agent reads must never be one.
   */
  answers: z.enum(['sign-in', 'link']).default('sign-in'),
};

export const channelSchema = z.discriminatedUnion('kind', [
  /** To every browser that said yes; keys and subscriptions are kept by the daemon. */
  z.strictObject({
    kind: z.literal('web-push'),
    ...signedIn,
    contact: z
      .string()
      .max(200)
      .regex(/^(mailto:|https:\/\/)\S+$/, { error: 'an address: `mailto:me@example.org` or `https://…`' })
      .default('mailto:castellan@localhost'),
    /**
     * Push services beside those of the usual browsers, by their address: only these may be on this machine or its network,
     * and only these may be without TLS.
     */
    services: z.array(webAddress).max(20).default([]),
  }),
  z.strictObject({
    kind: z.literal('ntfy'),
    ...common,
    server: webAddress.default('https://ntfy.sh'),
    topic: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    token: secretNameSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('telegram'),
    ...common,
    server: webAddress.default('https://api.telegram.org'),
    token: secretNameSchema,
    chat: z.string().regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{5,32})$/),
    /** Telegram ids of the people whose buttons count, with the name each has here; without any, there are no buttons. */
    people: z.record(z.string().regex(/^\d{1,20}$/), z.string().min(1).max(32)).default({}),
  }),
  /** `webhook`: the whole address, which is a secret; it must lie at `server`. */
  z.strictObject({
    kind: z.literal('discord'),
    ...common,
    server: webAddress.default('https://discord.com'),
    webhook: secretNameSchema,
  }),
  z.strictObject({
    kind: z.literal('slack'),
    ...common,
    server: webAddress.default('https://hooks.slack.com'),
    webhook: secretNameSchema,
  }),
  z.strictObject({
    kind: z.literal('email'),
    ...common,
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(465),
    /** none: only to this machine. */
    security: z.enum(['tls', 'starttls', 'none']).default('tls'),
    user: z.string().max(200).optional(),
    password: secretNameSchema.optional(),
    from: mailAddress,
    to: z.array(mailAddress).min(1).max(20),
  }),
  z.strictObject({ kind: z.literal('desktop'), ...signedIn }),
  /** Signed after Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`). */
  z.strictObject({ kind: z.literal('webhook'), ...common, url: webAddress, secret: secretNameSchema }),
]);
export type Channel = Readonly<z.output<typeof channelSchema>>;
export type ChannelKind = Channel['kind'];

export const notifySchema = z.strictObject({
  /** Where links in messages lead: the address of the remote listener, or of a tunnel to it. null: this machine's own. */
  address: webAddress.nullable().default(null),
  channels: z.record(channelNameSchema, channelSchema).default({}),
});

export const deliverySchema = z.strictObject({
  at: instantSchema,
  /** retrying: failed, and tried again at `nextAt`. given-up: nobody was reached this way. */
  state: z.enum(['sent', 'retrying', 'given-up']),
  tries: z.int().positive(),
  nextAt: instantSchema.nullable(),
  about: z.string(),
  /** Why it failed; empty when it did not. */
  text: z.string(),
});
export const channelViewSchema = z.strictObject({
  name: channelNameSchema,
  channel: channelSchema,
  /** The latest ones, newest first. */
  deliveries: z.array(deliverySchema).readonly(),
  /** Browsers that web push reaches. */
  subscribers: z.int().nonnegative(),
});
export const channelListSchema = z.strictObject({ address: z.string(), channels: z.array(channelViewSchema) });
export type ChannelList = Readonly<z.output<typeof channelListSchema>>;

export const pushKeySchema = z.strictObject({ key: z.string() });
/** As `PushSubscription.toJSON()` gives it. */
export const pushSubscriptionSchema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).max(2000),
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({ p256dh: z.base64url().max(200), auth: z.base64url().max(100) }),
});
export type PushSubscription = Readonly<z.output<typeof pushSubscriptionSchema>>;
/** What a service worker is sent, once decrypted. A message with the `key` of another takes its place. */
export const pushMessageSchema = z.strictObject({
  kind: z.enum(['approval', 'reminder', 'settled', 'alarm', 'script', 'test']),
  key: z.string(),
  title: z.string(),
  text: z.string(),
  /** Paths of the page that is subscribed, the first one for the message itself. */
  links: z.array(z.strictObject({ label: z.enum(['Open', 'Approve', 'Deny']), path: z.string() })),
});
export type PushMessage = Readonly<z.output<typeof pushMessageSchema>>;
export const pushSubscribedSchema = z.strictObject({ subscribers: z.int().nonnegative() });
export const pushUnsubscribeSchema = z.strictObject({ endpoint: z.string().max(2000) });

/** A link of a message, as the page that it opens sends it back; never in a URL that a server sees. */
export const linkLookSchema = z.strictObject({ link: z.string().min(1).max(300) });
export const linkViewSchema = z.strictObject({
  /** While `signInNeeded`: what the message said and no more; arguments, effects, changes and reasons are left out. */
  approval: approvalSchema,
  /** What the link offered; the page asks once more. */
  answer: z.enum(['approve', 'deny', 'look']),
  /** Whether a person who may answer must sign in first. */
  signInNeeded: z.boolean(),
});
export const linkAnswerSchema = z.strictObject({ link: z.string().min(1).max(300), answer: resolveRequestSchema });
