// What a version may do, a sentence each, worst first, and how that differs from the version it is compared with. Pure.
import {
  type Capabilities,
  type ScriptLimits,
  type ScriptReview,
  type ScriptVersion,
  scriptLimitsSchema,
} from '@castellan/contract';
import type { Known } from './facts.ts';

export type Word = ScriptReview['words'][number];
interface Said {
  /** What makes it the same one in both versions. */
  readonly key: string;
  readonly kind: Word['kind'];
  readonly text: string;
  readonly weight: number;
}

const WEIGHT = { finding: 0, critical: 1, secret: 2, wildcard: 3, host: 4, tool: 5, load: 6, limit: 7 } as const;
const DEFAULTS = scriptLimitsSchema.parse({});

const unit = (bytes: number): string =>
  bytes % 1_048_576 === 0 ? `${bytes / 1_048_576} MB` : `${Math.round(bytes / 1024)} KB`;
const LIMITS: readonly { readonly of: keyof ScriptLimits; readonly say: (value: number) => string }[] = [
  { of: 'seconds', say: (value) => `Runs for at most ${value} s` },
  { of: 'steps', say: (value) => `Does at most ${value.toLocaleString('en')} steps` },
  { of: 'memoryBytes', say: (value) => `Uses at most ${unit(value)} of memory` },
  { of: 'outputBytes', say: (value) => `Gives back at most ${unit(value)}` },
  { of: 'calls', say: (value) => `Calls hosts and tools at most ${value} times` },
];

function secretWord(name: string, script: string, known: Known): Said {
  const { exists, hosts } = known.secret(name, script);
  const may =
    hosts.length === 0 ? 'which may go to no host' : `which may go to ${hosts.map((host) => `\`${host}\``).join(', ')}`;
  const text = exists ? `Uses the secret \`${name}\`, ${may}` : `Uses the secret \`${name}\``;
  return { key: `secret ${name}`, kind: 'secret', text, weight: WEIGHT.secret };
}

function hostWord(host: string): Said {
  const wildcard = host.startsWith('*.');
  const text = wildcard
    ? `Sends to and reads from every host below \`${host.slice(2)}\``
    : `Sends to and reads from \`${host}\``;
  return { key: `host ${host}`, kind: 'host', text, weight: wildcard ? WEIGHT.wildcard : WEIGHT.host };
}

function toolWord(name: string, known: Known): Said {
  const { is, label } = known.tool(name);
  const what = label === name ? '' : `: ${label}`;
  const weight = is === 'safe' ? WEIGHT.tool : WEIGHT.critical;
  const asked = is === 'critical' ? ', a critical tool' : '';
  return { key: `tool ${name}`, kind: 'tool', text: `Calls \`${name}\`${asked}${what}`, weight };
}

function saidOf({ script, capabilities }: ScriptVersion, known: Known, find: FindVersion): readonly Said[] {
  const { secrets, hosts, tools, loads, limits } = capabilities;
  return [
    ...secrets.map((name) => secretWord(name, script, known)),
    ...hosts.map(hostWord),
    ...tools.map((name) => toolWord(name, known)),
    ...loads.map((load) => loadWord(load, find)),
    ...LIMITS.filter(({ of }) => limits[of] !== DEFAULTS[of]).map(({ of, say }): Said => {
      return { key: `limit ${of}`, kind: 'limit', text: say(limits[of]), weight: WEIGHT.limit };
    }),
  ];
}

export type FindVersion = (script: string, digest: string) => ScriptVersion | null;

function loadWord({ script, digest }: Capabilities['loads'][number], find: FindVersion): Said {
  const version = find(script, digest);
  const which = version === null ? digest.slice(7, 19) : `version ${version.number}`;
  return { key: `load ${script}`, kind: 'load', text: `Loads \`${script}\`, ${which}`, weight: WEIGHT.load };
}

/** A limit that is not said has its default, so that one which was taken away is said too. */
function limitNow(key: string, { capabilities }: ScriptVersion): string | null {
  const limit = LIMITS.find(({ of }) => key === `limit ${of}`);
  return limit === undefined ? null : limit.say(capabilities.limits[limit.of]);
}

/** @param before findings of what it is compared with. */
export function wordsOf(
  now: { readonly version: ScriptVersion; readonly findings: readonly string[] },
  before: { readonly version: ScriptVersion; readonly findings: readonly string[] } | null,
  known: Known,
  find: FindVersion,
): readonly Word[] {
  const findings = now.findings.map(
    (text): Word => ({
      kind: 'finding',
      text,
      change: before === null || before.findings.includes(text) ? 'same' : 'added',
    }),
  );
  const said = saidOf(now.version, known, find);
  const had = before === null ? [] : saidOf(before.version, known, find);
  const changeOf = ({ key, text }: Said): Word['change'] => {
    if (before === null) return 'same';
    const same = had.find((each) => each.key === key);
    if (same === undefined) return key.startsWith('limit ') ? 'changed' : 'added';
    return same.text === text ? 'same' : 'changed';
  };
  const gone = had
    .filter(({ key }) => !said.some((each) => each.key === key))
    .map(({ key, kind, text }): Word => {
      const limit = limitNow(key, now.version);
      return limit === null ? { kind, text, change: 'removed' } : { kind, text: limit, change: 'changed' };
    });
  const ordered = said
    .toSorted((a, b) => a.weight - b.weight)
    .map((each): Word => ({ kind: each.kind, text: each.text, change: changeOf(each) }));
  const nothing: readonly Word[] =
    said.length === 0 ? [{ kind: 'limit', text: 'Computes only: no secret, no host, no tool', change: 'same' }] : [];
  return [...findings, ...ordered, ...nothing, ...gone];
}
