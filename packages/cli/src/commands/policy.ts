// `castellan policy show` and the changes a person may make. Testing and checking a policy folder need no daemon: they
// are in offline/.
import type { PolicyChange, PolicyView } from '@castellan/contract';
import { autonomySchema, levelSchema, moduleReach, PROFILES, presetSchema, profileSchema } from '@castellan/contract';
import { ask } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askPerson } from '../session/person.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';

export async function policyShow({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.policy());
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else out.lines(policyLines(answer.value));
  return EXIT.done;
}

function policyLines(policy: PolicyView): readonly Line[] {
  const own = policy.modules.flatMap(({ manifest, level, overrides }) => [
    [manifest.name, level],
    ...Object.entries(overrides).map(([tool, to]) => [`${manifest.name}/${tool}`, to]),
  ]);
  return [
    ...policy.faults.map((fault) => line(`rejected: ${visible(fault)}`, 'danger')),
    ...(policy.faults.length === 0 ? [] : [line('the last policy without faults stays in force', 'caution')]),
    line(`preset ${policy.preset}`, 'strong'),
    line(profileText(policy.profile)),
    line('levels'),
    ...table(own.map((row) => row.map(visible))).map((text) => line(`  ${text}`)),
    line(policy.deny.length === 0 ? 'denied by you: nothing' : `denied by you: ${policy.deny.map(visible).join(', ')}`),
    line(plural(policy.rules.length, 'rule')),
    ...table(
      policy.rules.map((rule) => [
        rule.tier,
        rule.outcome,
        visible(rule.id),
        `${visible(rule.title)} (${visible(rule.source)})`,
      ]),
    ).map((text) => line(`  ${text}`)),
    line(plural(policy.labels.length, 'label')),
    ...table(policy.labels.map(({ id, label, source }) => [label, visible(id), visible(source)])).map((text) =>
      line(`  ${text}`),
    ),
    line(policy.digest, 'quiet'),
  ];
}

/** Sends one change; says what is in force now. */
export async function change(context: Context, what: string, body: PolicyChange, json?: boolean): Promise<ExitCode> {
  const { world, out } = context;
  const answer = await askPerson(world, out, `policy ${what}`, (client) => client.changePolicy({ body }));
  if (typeof answer === 'number') return answer;
  const { faults, digest } = answer.value;
  if (json) out.json(answer.value);
  if (faults.length > 0) {
    return out.error('the policy has faults; the last one without stays in force', faults.map(visible));
  }
  if (!json) out.line(`in force: ${sentence(body)} (${digest.slice(0, 19)})`);
  return EXIT.done;
}

function sentence(body: PolicyChange): string {
  switch (body.change) {
    case 'preset':
      return `preset ${body.preset}`;
    case 'level': {
      const name = body.tool === undefined ? body.module : `${body.module}/${body.tool}`;
      return body.level === null ? `${name} has no level of its own` : `${name} is ${body.level}`;
    }
    case 'profile':
      return profileText({ mode: body.mode ?? 'auto', autonomy: body.autonomy ?? undefined });
    case 'sandbox':
      return `${body.module} runs ${moduleReach(body.sandbox)}`;
    case 'approvals':
      return 'how long calls wait for a person';
    case 'channel':
      return `channel ${body.name}${body.channel === null ? ' is gone' : ` (${body.channel.kind})`}`;
    case 'address':
      return body.address === null ? 'links lead to this machine' : `links lead to ${visible(body.address)}`;
    case 'accept':
      return `the manifest of ${visible(body.module)}, as you saw it`;
    case 'deny':
      return body.denied
        ? `\`${body.pattern}\` is denied whatever else says`
        : `\`${body.pattern}\` is not denied by you any more`;
    case 'reload':
      return 'the policy as it stands in the folder';
  }
}

export async function policyPreset(context: Context, text: string, options: JsonOption): Promise<ExitCode> {
  const preset = presetSchema.safeParse(text);
  if (!preset.success) {
    return context.out.error(
      `\`${visible(text)}\` is not a preset`,
      [`one of ${presetSchema.options.join(', ')}`],
      EXIT.usage,
    );
  }
  return change(context, 'preset', { change: 'preset', preset: preset.data }, options.json);
}

const profileText = ({ mode, autonomy }: { readonly mode: string; readonly autonomy?: number | undefined }): string =>
  autonomy === undefined ? `profile ${mode}` : `profile ${mode}, autonomy ${autonomy}`;

/** `plan`, or `3`: a mode leaves no level of autonomy beside it, which would choose a mode of its own; and the reverse. */
export async function policyProfile(context: Context, text: string, options: JsonOption): Promise<ExitCode> {
  const mode = profileSchema.safeParse(text);
  const autonomy = autonomySchema.safeParse(Number(text));
  if (!mode.success && !autonomy.success) {
    return context.out.error(
      `\`${visible(text)}\` is not a profile`,
      [`one of ${PROFILES.join(', ')}, or a level of autonomy from 1 to 5`],
      EXIT.usage,
    );
  }
  const chosen = mode.success
    ? { mode: mode.data, autonomy: null }
    : { mode: 'auto' as const, autonomy: autonomy.data ?? null };
  return change(context, 'profile', { change: 'profile', ...chosen }, options.json);
}

/** `policy level Bash allow`: the tool is meant, and a level for a module of that name would wait for it forever. */
async function toolNamedAsModule({ world, out }: Context, name: string, level: string): Promise<ExitCode | undefined> {
  const refused = refuseUnderAgent(world, out, 'policy level');
  if (refused !== undefined) return refused;
  const answer = await ask(world, out, (client) => client.policy());
  if (typeof answer === 'number') return answer;
  const manifests = answer.value.modules.map(({ manifest }) => manifest);
  if (manifests.some((manifest) => manifest.name === name || manifest.aliases.includes(name))) return undefined;
  const owners = manifests.filter(({ tools }) =>
    [...tools.safe, ...tools.critical, ...tools.byEffects].some((tool) => tool.name === name),
  );
  if (owners.length === 0) return undefined;
  return out.error(
    `\`${visible(name)}\` is a tool, not a module`,
    owners.map((owner) => `\`castellan policy level ${visible(`${owner.name}/${name}`)} ${level}\``),
  );
}

export async function policyLevel(
  context: Context,
  name: string,
  text: string,
  options: JsonOption,
): Promise<ExitCode> {
  const level = text === 'none' ? null : levelSchema.safeParse(text).data;
  if (level === undefined) {
    return context.out.error(
      `\`${visible(text)}\` is not a level`,
      [`one of ${levelSchema.options.join(', ')}, none`],
      EXIT.usage,
    );
  }
  const slash = name.indexOf('/');
  if (slash === -1) {
    const misnamed = await toolNamedAsModule(context, name, text);
    if (misnamed !== undefined) return misnamed;
  }
  const [module, tool] = slash === -1 ? [name, undefined] : [name.slice(0, slash), name.slice(slash + 1)];
  return change(
    context,
    'level',
    { change: 'level', module, ...(tool === undefined ? {} : { tool }), level },
    options.json,
  );
}

export const policyDeny = (
  context: Context,
  pattern: string,
  denied: boolean,
  options: JsonOption,
): Promise<ExitCode> => change(context, denied ? 'deny' : 'undeny', { change: 'deny', pattern, denied }, options.json);

export const policyReload = (context: Context, options: JsonOption): Promise<ExitCode> =>
  change(context, 'reload', { change: 'reload' }, options.json);
