// config.yaml: what the user chose. Versioned, strict: an unknown field is a fault, so that a typo never loosens anything.
import { z } from 'zod';
import { backupsConfigSchema } from './backup.ts';
import { notifySchema } from './channel.ts';
import { retentionConfigSchema } from './evidence.ts';
import { forwardsSchema } from './forward.ts';
import { alarmsConfigSchema, logConfigSchema, metricsConfigSchema } from './health.ts';
import { digestSchema, moduleNameSchema, toolNameSchema } from './ids.ts';
import { moduleSandboxSchema, networkConfigSchema, sandboxConfigSchema } from './isolation.ts';
import { levelSchema, presetSchema } from './level.ts';
import { autonomySchema, limitsSchema, profileSchema } from './limits.ts';
import { modelsSchema, upstreamNameSchema } from './model.ts';
import { parserOf } from './result.ts';
import { scriptsConfigSchema } from './script.ts';
import { undoConfigSchema } from './undo.ts';
import { verifyConfigSchema } from './verification.ts';

/** Longest wait for a person, in seconds: a day. */
export const MAX_WAIT_SECONDS = 86_400;

const cidrSchema = z
  .string()
  .regex(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, { error: 'an address or a network: 192.0.2.7, 10.0.0.0/8, fd00::/8' });

/** The second, separate listener for people (N2). Off by default; without TLS it does not start. */
export const remoteSchema = z.strictObject({
  enabled: z.boolean().default(false),
  host: z.string().min(1).max(255).default('0.0.0.0'),
  port: z.int().min(0).max(65_535).default(9443),
  /** What a browser has in its address bar: `https://castellan.example.org`. Needed where `enabled`. */
  address: z
    .url({ protocol: /^https$/ })
    .max(300)
    .nullable()
    .default(null),
  /** One's own certificate: PEM files, absolute paths. */
  tls: z
    .strictObject({ certificate: z.string().min(1), key: z.string().min(1) })
    .nullable()
    .default(null),
  /** Instead of `tls`: what ends TLS before us (a proxy or a tunnel), and from where it speaks. */
  proxy: z
    .strictObject({ from: z.array(cidrSchema).min(1) })
    .nullable()
    .default(null),
  /** Who may come at all; empty: everybody (A9). */
  allow: z.array(cidrSchema).default([]),
});
export type Remote = Readonly<z.output<typeof remoteSchema>>;

export const configSchema = z.strictObject({
  schema: z.literal('castellan/config/v1'),
  preset: presetSchema.default('autonomous'),
  modules: z
    .record(
      moduleNameSchema,
      z.strictObject({
        level: levelSchema.optional(),
        tools: z.record(toolNameSchema, levelSchema).default({}),
        /**
         * Digest of the manifest of your own that you accepted. Another manifest of this module is not believed: its
         * tools count as tools nobody classified (P10).
         */
        accepted: digestSchema.optional(),
        /**
         * Digest of the lock that was accepted with it (`modules/NAME.lock.json`). Another lock is nobody's: the module
         * offers nothing until a person accepts it as it is.
         */
        lock: digestSchema.optional(),
        /** Walls around its server, if it is one that we start; none where this is left out. */
        sandbox: moduleSandboxSchema.optional(),
      }),
    )
    .default({}),
  /** User denies: `module/tool` or `module/*`. They survive every preset, mode and grant (P8). */
  deny: z.array(z.string().regex(/^[^/]+\/[^/]+$/)).default([]),
  /** A named way to tighten (P9). `autonomy` chooses mode and budgets as one; what stands beside it is tightened further. */
  profile: z.strictObject({ mode: profileSchema.default('auto'), autonomy: autonomySchema.optional() }).prefault({}),
  /** Budgets and quotas (G-S06, D2). */
  limits: limitsSchema.prefault({}),
  browser: z
    .strictObject({
      /** Hosts a browser tool may open, `*.example.org` for all below; none by default (C07). */
      hosts: z.array(z.string().min(1).max(255)).default([]),
      /** Origins it may never open: they beat `hosts` (S07). */
      blocked: z.array(z.string().min(1).max(300)).default([]),
    })
    .prefault({}),
  cloud: z
    .strictObject({
      /** Cloud models and services the user has opted in to, by host (S04). */
      services: z.array(z.string().min(1).max(255)).default([]),
    })
    .prefault({}),
  /** Scripts: how many at once, what they may use in a day (S6, D2). */
  scripts: scriptsConfigSchema.prefault({}),
  /** Model servers agents reach through the broker (X5). */
  models: modelsSchema.prefault({}),
  redaction: z
    .strictObject({
      /** Credentials nobody named: redacted when certain, when likely too, or never (X3). Known ones always are. */
      unknown: z.enum(['likely', 'certain', 'off']).default('likely'),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      /** Seconds a person has to answer before silence is deny. */
      timeoutSeconds: z.int().min(1).max(3600).default(120),
      /** Wait and remind instead: up to `waitSeconds`, never longer than the agent's own hook timeout. */
      wait: z.boolean().default(false),
      waitSeconds: z.int().min(1).max(MAX_WAIT_SECONDS).default(3600),
      remindSeconds: z.int().min(5).max(3600).default(60),
    })
    .prefault({}),
  /** How people are reached away from the screen (H3). */
  notify: notifySchema.prefault({}),
  /** Collectors that records are sent to as they are written (L6). */
  forward: forwardsSchema,
  /** How long records are kept (L4). */
  retention: retentionConfigSchema.prefault({}),
  summary: z
    .strictObject({
      /** A model server of `models` that phrases what a critical tool would do (H10); null: nobody does. */
      upstream: upstreamNameSchema.nullable().default(null),
      model: z.string().max(200).nullable().default(null),
      timeoutSeconds: z.int().min(1).max(60).default(8),
    })
    .prefault({}),
  /** Our own tools for files and commands, for agents whose own are off. */
  workspace: z
    .strictObject({
      /** open: where no walls at all stand on this machine they run without, as this user. sandboxed: not at all. What the walls that stand cannot hold does not run either way. */
      commands: z.enum(['sandboxed', 'open']).default('sandboxed'),
    })
    .prefault({}),
  /** What confined programs may reach. */
  network: networkConfigSchema.prefault({}),
  /** Walls around agents that `castellan run` starts. */
  sandbox: sandboxConfigSchema.prefault({}),
  /** What calls do to files, kept so that a person can take it back (U1). */
  undo: undoConfigSchema.prefault({}),
  /** When agents are proven anew (K6). */
  verify: verifyConfigSchema.prefault({}),
  /** The daemon's own log, its metrics, and when it rings. */
  log: logConfigSchema.prefault({}),
  metrics: metricsConfigSchema.prefault({}),
  alarms: alarmsConfigSchema.prefault({}),
  /** Copies of the whole state that are made by themselves (R3). */
  backups: backupsConfigSchema.prefault({}),
  remote: remoteSchema.prefault({}),
  listen: z
    .strictObject({
      /** C08: loopback only. Anything else is refused at start. */
      host: z.string().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(9999),
    })
    .prefault({}),
});
export type Config = Readonly<z.output<typeof configSchema>>;
export const parseConfig = parserOf(configSchema);

/** The embedded default: what an empty state folder means. */
export const DEFAULT_CONFIG: Config = configSchema.parse({ schema: 'castellan/config/v1' });
