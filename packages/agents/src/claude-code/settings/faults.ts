// What in a settings file makes Claude Code drop our hooks, silently, or switches hooks off. One wrong field may cost the
// whole file, one wrong entry every hook of its event; which of them differs between versions, so any of them is a fault.
import { type Fault, type JsonObject, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { isJsonObject } from '../../hook/plain-json.ts';

const seconds = z.number().positive().optional();
const common = {
  timeout: seconds,
  if: z.string().optional(),
  statusMessage: z.string().optional(),
  once: z.boolean().optional(),
};
const failure = { onFailure: z.enum(['block', 'allow']).optional() };
const hook = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('command'),
    command: z.string(),
    args: z.array(z.string()).optional(),
    async: z.boolean().optional(),
    ...common,
    ...failure,
  }),
  z.looseObject({
    type: z.literal('http'),
    url: z.url(),
    headers: z.record(z.string(), z.string()).optional(),
    allowedEnvVars: z.array(z.string()).optional(),
    ...common,
    ...failure,
  }),
  z.looseObject({ type: z.literal('mcp_tool'), server: z.string(), tool: z.string(), ...common, ...failure }),
  z.looseObject({ type: z.literal('prompt'), prompt: z.string(), ...common }),
  z.looseObject({ type: z.literal('agent'), prompt: z.string(), ...common }),
]);
const groups = z.array(z.looseObject({ matcher: z.string().optional(), hooks: z.array(hook) }));

const texts = z.array(z.string());
const settings = z.looseObject({
  hooks: z.record(z.string(), groups).optional(),
  permissions: z
    .looseObject({
      allow: texts.optional(),
      deny: texts.optional(),
      ask: texts.optional(),
      additionalDirectories: texts.optional(),
      disableBypassPermissionsMode: z.literal('disable').optional(),
    })
    .optional(),
  env: z.record(z.string(), z.coerce.string()).optional(),
  model: z.string().optional(),
  apiKeyHelper: z.string().optional(),
  cleanupPeriodDays: z.number().nonnegative().optional(),
  includeCoAuthoredBy: z.boolean().optional(),
  disableSkillShellExecution: z.boolean().optional(),
  disableAllHooks: z.boolean().optional(),
  allowManagedHooksOnly: z.boolean().optional(),
  allowedHttpHookUrls: texts.optional(),
  enableAllProjectMcpServers: z.boolean().optional(),
  enabledMcpjsonServers: texts.optional(),
  disabledMcpjsonServers: texts.optional(),
  statusLine: z.looseObject({ type: z.literal('command'), command: z.string() }).optional(),
});
const check = parserOf(settings);

export type ReadSettings =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A settings file's text; an empty one is what the client takes it for: no settings. */
export function readSettings(text: string): ReadSettings {
  let value: unknown;
  try {
    // The client skips a mark of the byte order.
    const bare = text.replace(/^\uFEFF+/u, '');
    value = bare.trim() === '' ? {} : JSON.parse(bare);
  } catch {
    return { ok: false, faults: [{ path: '', message: 'the file is not valid JSON', hint: 'correct it by hand' }] };
  }
  if (!isJsonObject(value))
    return { ok: false, faults: [{ path: '', message: 'the file does not hold a JSON object' }] };
  const known = check(value);
  if (known.ok) return { ok: true, value };
  return {
    ok: false,
    faults: known.faults.map((fault) => ({
      ...fault,
      message: `Claude Code would drop this, and hooks with it: ${fault.message}`,
      hint: 'correct or remove this field',
    })),
  };
}

/** The setting that keeps our hooks from running, or null. @param managed whether they are the machine's own. */
export function switchedOff(settings: JsonObject, managed = false): string | null {
  if (settings.disableAllHooks === true) return 'disableAllHooks';
  return settings.allowManagedHooksOnly === true && !managed ? 'allowManagedHooksOnly' : null;
}
