// The checklist: who gets in, and how.
import type { CheckItem } from '@castellan/contract';
import { bad, counted, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A token that nobody used for so long is one nobody needs. */
const UNUSED_MS = 30 * DAY_MS;
const SOON_MS = 7 * DAY_MS;

function setUp({ setUpDone, people }: CheckFacts): CheckItem {
  const title = 'Set-up is done';
  return setUpDone
    ? good('access', 'set-up', title, `${counted(people.length, 'account')}`)
    : bad('access', 'set-up', title, 'nobody has an account, so nobody can answer', 'run `castellan setup`');
}

function secondFactor({ people }: CheckFacts): CheckItem {
  const title = 'Everybody who may answer has a second factor';
  const without = people.filter(({ role, factors }) => role !== 'viewer' && factors === 0);
  if (without.length === 0) return good('access', 'second-factor', title, 'a passkey or an authenticator app each');
  const evidence = `${listed(without.map(({ name }) => name))} ${without.length === 1 ? 'has' : 'have'} a password only`;
  return warn('access', 'second-factor', title, evidence, 'Account: add a passkey or an authenticator app');
}

function admins({ people, invited }: CheckFacts): CheckItem {
  const title = 'Few people are admins';
  const names = people.filter(({ role }) => role === 'admin').map(({ name }) => name);
  const evidence = `${listed(names)}${invited === 0 ? '' : `; ${counted(invited, 'invitation')} not yet taken`}`;
  if (names.length > 3) return warn('access', 'admins', title, evidence, 'Settings: make some of them approvers');
  return good('access', 'admins', title, names.length === 0 ? 'none yet' : evidence);
}

function signIns({ alarms }: CheckFacts): CheckItem {
  const title = 'Nobody tries to sign in who should not';
  const raised = alarms.filter(({ kind }) => kind === 'sign-in-attack' || kind === 'token-reused');
  const [first] = raised;
  if (first === undefined) return good('access', 'sign-ins', title, 'no alarm is open');
  const state = raised.some(({ kind }) => kind === 'token-reused') ? bad : warn;
  return state('access', 'sign-ins', title, first.text, first.hint);
}

function tokens({ tokens: all, now }: CheckFacts): readonly CheckItem[] {
  const title = 'API tokens are used, and end';
  if (all.length === 0) return [good('access', 'api-tokens', title, 'there is none')];
  const unused = all.filter(({ createdAt, lastUsedAt }) => now - (lastUsedAt ?? createdAt) > UNUSED_MS);
  const ending = all.filter(({ expiresAt }) => expiresAt - now < SOON_MS);
  const mighty = all.filter(({ permissions }) =>
    permissions.some((one) => one === 'approvals:resolve' || one === 'policy:write' || one === 'grants:write'),
  );
  const items: CheckItem[] = [];
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  if (unused.length > 0)
    items.push(warn('access', 'api-tokens', title, `nobody used ${names(unused)} for 30 days`, 'Settings: revoke it'));
  else items.push(good('access', 'api-tokens', title, names(all)));
  if (ending.length > 0)
    items.push(
      warn(
        'access',
        'api-tokens-end',
        'No API token is about to end',
        `${names(ending)}: a week or less`,
        'Settings: make another one where it is needed',
      ),
    );
  if (mighty.length > 0)
    items.push(
      warn(
        'access',
        'api-tokens-answer',
        'No program answers for a person',
        `${names(mighty)} may approve, grant or change the policy`,
        'Settings: revoke it, and make one that may look only',
      ),
    );
  return items;
}

function remote({ remote: config, remoteAddress, people }: CheckFacts): readonly CheckItem[] {
  const title = 'The way in from elsewhere is guarded';
  if (!config.enabled) return [good('access', 'remote', title, 'there is none: this machine only')];
  if (remoteAddress === null)
    return [
      bad(
        'access',
        'remote',
        title,
        'it is switched on and does not listen',
        'config.yaml: `remote` needs TLS and an address',
      ),
    ];
  const how = config.tls !== null ? 'its own certificate' : 'a proxy that ends TLS';
  const items: CheckItem[] = [good('access', 'remote', title, `${remoteAddress}, ${how}`)];
  if (config.allow.length === 0)
    items.push(
      warn(
        'access',
        'remote-allow',
        'Only known networks come in from elsewhere',
        'every address may try',
        'config.yaml: name your networks in `remote.allow`',
      ),
    );
  else items.push(good('access', 'remote-allow', 'Only known networks come in from elsewhere', listed(config.allow)));
  if (people.some(({ factors }) => factors === 0))
    items.push(
      bad(
        'access',
        'remote-factor',
        'From elsewhere a password alone opens nothing',
        `${listed(people.filter(({ factors }) => factors === 0).map(({ name }) => name))}: a password only`,
        'Account: add a passkey or an authenticator app',
      ),
    );
  return items;
}

export const accessChecks = (facts: CheckFacts): readonly CheckItem[] => [
  setUp(facts),
  secondFactor(facts),
  admins(facts),
  signIns(facts),
  ...tokens(facts),
  ...remote(facts),
];
