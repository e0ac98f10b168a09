// Records of the first version, which knew Claude Code and one file only. Read once: what reads one writes it as it is now.
import { join } from 'node:path';
import { agentIdSchema, digestSchema, jsonValueSchema, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { gatewayCommand } from './commands.ts';
import type { Connection } from './connection.ts';

const parse = parserOf(
  z.strictObject({
    schema: z.literal('castellan/connection/v1'),
    kind: z.literal('claude-code'),
    agent: agentIdSchema,
    scope: z.enum(['user', 'project', 'isolated']),
    settingsPath: z.string(),
    port: z.int().positive(),
    timeoutSeconds: z.int().positive(),
    node: z.string(),
    script: z.string(),
    claude: z.string(),
    written: digestSchema,
    restore: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('remove') }),
      z.strictObject({ kind: z.literal('bytes'), backup: z.string(), mode: z.int() }),
      z.strictObject({ kind: z.literal('strip') }),
    ]),
    before: z.strictObject({
      disableBypassPermissionsMode: jsonValueSchema.optional(),
      disableSkillShellExecution: jsonValueSchema.optional(),
    }),
  }),
);

/** Null: it is none. @param home the state folder it lies in. */
export function fromVersion1(value: unknown, home: string): Connection | null {
  const record = parse(value);
  if (!record.ok) return null;
  const { agent, scope, settingsPath, port, timeoutSeconds, node, script, claude, written, restore, before } =
    record.value;
  // Null: nothing stood there.
  const { disableBypassPermissionsMode = null, disableSkillShellExecution = null } = before;
  const kept = { disableBypassPermissionsMode, disableSkillShellExecution };
  return {
    schema: 'castellan/connection/v2',
    complete: true,
    connector: 'claude-code',
    agent,
    scope,
    mode: 'hooks',
    ownTools: 'kept',
    client: claude,
    version: null,
    port,
    timeoutSeconds,
    // The one command hook it had: it found the credential in the settings.
    hook: { file: node, args: [script, settingsPath], env: {} },
    gateway: gatewayCommand(join(home, 'agents', agent), agent),
    folders: [],
    files: [{ path: settingsPath, written, restore, kept }],
  };
}
