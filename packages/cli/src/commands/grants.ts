// `castellan grants`: permissions a person gave for future calls. Each says what it allows and when it ends.
import {
  type ArgumentPattern,
  type GrantRequest,
  grantRequestSchema,
  parserOf,
  parseToolName,
} from '@castellan/contract';
import { ask, type Connection, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { connectPerson } from '../session/person.ts';
import { visible } from '../text/visible.ts';
import { duration, instant, plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';
import { shortId } from './pending.ts';

export async function grantsList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.grants());
  if (typeof answer === 'number') return answer;
  const now = world.clock.now();
  const grants = answer.value.grants.filter(
    (grant) => grant.revokedAt === null && grant.expiresAt > now && grant.usesLeft !== 0,
  );
  if (options.json) {
    out.json({ grants });
    return EXIT.done;
  }
  const rows = grants.map((grant) => [
    shortId(grant.id),
    `${duration(grant.expiresAt - now)} left`,
    grant.usesLeft === null ? 'any number' : plural(grant.usesLeft, 'use'),
    visible(grant.text),
  ]);
  for (const text of table(rows)) out.line(text);
  if (rows.length === 0) out.line('no grants: every call is decided by levels and rules alone');
  return EXIT.done;
}

export interface AddOptions extends JsonOption {
  readonly agent?: string;
  readonly tool: string;
  readonly minutes: number;
  readonly uses?: number;
  readonly session?: string;
  readonly task?: string;
  readonly project?: string;
  readonly arg?: readonly string[];
}

/** `to=a@b.c` equals, `path^=/tmp/` starts with, `path~=/tmp/*.log` matches a glob. */
export function parseArgument(text: string): ArgumentPattern | undefined {
  const [, name, how, value] = /^([^=^~]+)(=|\^=|~=)([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || how === undefined || value === undefined) return undefined;
  if (how === '=') return { name, match: { kind: 'equals', value } };
  return { name, match: { kind: how === '^=' ? 'prefix' : 'glob', value } };
}

function scopeOf(options: AddOptions): unknown {
  if (options.session !== undefined) return { kind: 'session', session: options.session };
  if (options.task !== undefined) return { kind: 'task', task: options.task };
  if (options.project !== undefined) return { kind: 'project', workspace: options.project };
  return { kind: 'agent' };
}

export async function grantsAdd(context: Context, options: AddOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'grants add');
  if (typeof connection === 'number') return connection;
  const list = await connection.client.agents();
  if (!list.ok) return tell(out, list.error);
  const agents = list.value.agents.filter((agent) => agent.revokedAt === null);
  const only = agents.length === 1 ? agents[0] : undefined;
  const part = options.agent ?? only?.id;
  if (part === undefined)
    return out.error('say for which agent', ['`castellan agents` lists them; `--agent ID`'], EXIT.usage);
  const named = agents.find((agent) => agent.name === part);
  const agent =
    named ??
    pickOrTell(
      out,
      'agent',
      agents.map((each) => each.id),
      part,
      'castellan agents',
    );
  if (typeof agent === 'number') return agent;

  const tool = parseToolName(options.tool, 'claude-code');
  const patterns = (options.arg ?? []).map(parseArgument);
  const wrong = (options.arg ?? [])[patterns.indexOf(undefined)];
  if (wrong !== undefined) {
    return out.error(
      `\`${visible(wrong)}\` is not an argument pattern`,
      ['`name=value`, `name^=beginning` or `name~=glob`'],
      EXIT.usage,
    );
  }
  const request = parserOf(grantRequestSchema)({
    agent: agent.id,
    scope: scopeOf(options),
    module: tool.ok ? tool.value.module : '',
    tool: tool.ok ? tool.value.tool : '',
    arguments: patterns,
    uses: options.uses ?? null,
    minutes: options.minutes,
  });
  if (!request.ok) {
    const lines = request.faults.map((fault) => `\`${fault.path}\`: ${visible(fault.message)}`);
    return out.error('this is not a grant', lines, EXIT.usage);
  }
  return make(context, connection, request.value, options.json);
}

async function make(
  { out }: Context,
  { client }: Connection,
  body: GrantRequest,
  json: boolean | undefined,
): Promise<ExitCode> {
  const answer = await client.grant({ body });
  if (!answer.ok) return tell(out, answer.error);
  if (json) out.json(answer.value);
  else out.line(`${answer.value.id}: ${visible(answer.value.text)}, until ${instant(answer.value.expiresAt)}`);
  return EXIT.done;
}

export async function grantsRevoke(context: Context, id: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'grants revoke');
  if (typeof connection === 'number') return connection;
  const list = await connection.client.grants();
  if (!list.ok) return tell(out, list.error);
  const picked = pickOrTell(
    out,
    'grant',
    list.value.grants.map((grant) => grant.id),
    id,
    'castellan grants',
  );
  if (typeof picked === 'number') return picked;
  const answer = await connection.client.revokeGrant({ params: { id: picked.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(`revoked: ${visible(answer.value.text)}`);
  return EXIT.done;
}
