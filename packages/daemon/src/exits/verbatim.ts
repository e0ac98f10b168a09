// The answers that must hold what everything else hides, member by member, each with its reason. RULE: a new row is a new
// way for a credential to leave; test/laws/exits.test.ts spells this table out again.
import { plainText } from '@castellan/agents';
import type { JsonValue } from '@castellan/contract';
import type { Exits } from './exits.ts';
import { isMembers } from './own-words.ts';

export interface Verbatim {
  /** A route of contract's table. */
  readonly route: string;
  readonly member: readonly string[];
  readonly why: string;
}

/** Routes whose answer is somebody's sign-in. */
const SIGN_IN_ROUTES = ['setUp', 'signIn', 'signInFactor', 'passkeySignIn', 'join'] as const;
/** Routes whose answer the browser hands to an authenticator. */
const PASSKEY_ROUTES = ['passkeyOptions', 'accountFactor', 'passkeyAddOptions', 'approvalFactor'] as const;
const RECOVERY_ROUTES = ['totpConfirm', 'passkeyAdd', 'recoveryCodes'] as const;

/** Routes whose answer says what an agent's own tool may run with. */
const HOOK_ROUTES = ['claudeHook', 'codexHook', 'openCodeHook'] as const;

export const VERBATIM: readonly Verbatim[] = [
  ...SIGN_IN_ROUTES.flatMap((route) => [
    { route, member: ['csrf'], why: "the half of a browser's sign-in that its page keeps" },
    { route, member: ['access'], why: 'what a program that signs in sends from now on' },
    { route, member: ['challenge'], why: 'random: what the second step names the first one by' },
  ]),
  {
    route: 'signIn',
    member: ['passkey'],
    why: 'a challenge to be signed, and ids of keys: changed, no passkey would fit',
  },
  { route: 'passkeyOptions', member: ['challenge'], why: 'the same challenge, to be sent back with its answer' },
  ...PASSKEY_ROUTES.map((route) => ({
    route,
    member: ['options'],
    why: 'a challenge to be signed, and ids of keys: changed, no passkey would fit',
  })),
  { route: 'totpBegin', member: ['secret'], why: 'the one time an authenticator app gets its secret' },
  { route: 'totpBegin', member: ['uri'], why: 'the same as a picture' },
  ...RECOVERY_ROUTES.map((route) => ({ route, member: ['codes'], why: 'the one time recovery codes are shown' })),
  { route: 'addUser', member: ['invite'], why: 'the one time an invitation is shown' },
  { route: 'addApiToken', member: ['token'], why: 'the one time an API token is shown' },
  { route: 'refresh', member: ['access'], why: 'what a program that signed in sends from now on' },
  { route: 'ticket', member: ['ticket'], why: 'the one time a ticket is shown: good once, for 30 seconds' },
  { route: 'connect', member: ['credential'], why: 'the one time a new agent gets its credential' },
  { route: 'modelKey', member: ['key'], why: 'the one time an agent gets its placeholder for the broker' },
  {
    route: 'backUpVault',
    member: ['backup'],
    why: 'sealed: only its passphrase opens it, and one changed character would make it useless',
  },
  {
    route: 'callProof',
    member: ['proof'],
    why: 'the bytes of records: changed, they prove nothing; one that holds a known secret is refused before',
  },
  { route: 'check', member: ['arguments'], why: "the agent's own arguments: what runs must be what was decided" },
  ...HOOK_ROUTES.flatMap((route) =>
    [['updatedInput'], ['decision', 'updatedInput']].map((member) => ({
      route,
      member: ['hookSpecificOutput', ...member],
      why: "the agent's own arguments: what runs must be what was decided",
    })),
  ),
];

/** What a hook command is told to say stands behind the code it ends with and a length. */
const PLAIN = /^([02]) \d+\n/;

/** The part of an answer that has something to hide. */
export const saidIn = (text: string): string => text.replace(PLAIN, '');

/** The text of an answer with everything hidden but what the table lets through. */
export function answerText(exits: Exits, route: string, text: string): string {
  const rows = VERBATIM.filter((row) => row.route === route);
  if (rows.length === 0) return exits.row(text);
  const code = PLAIN.exec(text)?.[1];
  const said = code === undefined ? text : saidIn(text);
  const shown = said.startsWith('{') ? membersText(exits, rows, said) : exits.text(said);
  return code === undefined ? shown : plainText(code, shown);
}

function membersText(exits: Exits, rows: readonly Verbatim[], said: string): string {
  const answer = JSON.parse(said) as JsonValue;
  const kept = rows.flatMap(({ member }) => {
    const found = memberAt(answer, member);
    return found === undefined ? [] : [{ member, found }];
  });
  const bare = kept.reduce((rest, { member }) => withMember(rest, member, null), answer);
  const shown = exits.value(bare);
  return JSON.stringify(kept.reduce((rest, { member, found }) => withMember(rest, member, found), shown));
}

function memberAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const name of path) found = isMembers(found) ? found[name] : undefined;
  return found;
}

function withMember(value: JsonValue, [name, ...rest]: readonly string[], put: JsonValue): JsonValue {
  if (name === undefined) return put;
  if (!isMembers(value)) return value;
  return { ...value, [name]: withMember(value[name] ?? null, rest, put) };
}
