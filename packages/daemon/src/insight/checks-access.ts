// The checklist: who gets in, and how.
import type { AlarmKind, CheckItem, Permission } from '@castellan/contract';
import { bad, counted, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A token that nobody used for so long is one nobody needs. */
const UNUSED_MS = 30 * DAY_MS;
const SOON_MS = 7 * DAY_MS;
/** In a day: who forgot theirs stops before that. */
const MANY_FAILED = 10;
/** As the daemon names where it listens: `http://127.0.0.1:9999`, `http://[::1]:9999`. */
const LOOPBACK = /^http:\/\/(?:127(?:\.\d{1,3}){3}|\[::1\]):\d+$/;
const RENEW_DAYS = 14;
/** With any of these something may run that would not have run. */
const LOOSENS: ReadonlySet<Permission> = new Set<Permission>([
  ...(['approvals:resolve', 'policy:write', 'grants:write', 'modules:write', 'agents:thaw', 'limits:resume'] as const),
  ...(['secrets:write', 'channels:write', 'alarms:end'] as const),
]);
const ODD: ReadonlySet<AlarmKind> = new Set<AlarmKind>(['sign-in-attack', 'sign-in-unusual', 'token-reused']);

function setUp({ setUpDone, people }: CheckFacts): CheckItem {
  return setUpDone
    ? good('set-up', `${counted(people.length, 'account')}`)
    : bad('set-up', 'nobody has an account, so nobody can answer', 'run `castellan setup`');
}

function secondFactor({ people }: CheckFacts): CheckItem {
  const without = people.filter(({ role, factors }) => role !== 'viewer' && factors === 0);
  if (without.length === 0) return good('second-factor', 'a passkey or an authenticator app each');
  const evidence = `${listed(without.map(({ name }) => name))} ${without.length === 1 ? 'has' : 'have'} a password only`;
  return warn('second-factor', evidence, 'Account: add a passkey or an authenticator app');
}

function admins({ people, invited }: CheckFacts): CheckItem {
  const names = people.filter(({ role }) => role === 'admin').map(({ name }) => name);
  const evidence = `${listed(names)}${invited === 0 ? '' : `; ${counted(invited, 'invitation')} not yet taken`}`;
  if (names.length > 3) return warn('admins', evidence, 'Settings: make some of them approvers');
  return good('admins', names.length === 0 ? 'none yet' : evidence);
}

function signIns({ alarms }: CheckFacts): CheckItem {
  const raised = alarms.filter(({ kind }) => ODD.has(kind));
  const [first] = raised;
  if (first === undefined) return good('sign-ins', 'no alarm is open');
  const state = raised.some(({ kind }) => kind === 'token-reused') ? bad : warn;
  return state('sign-ins', first.text, first.hint);
}

function tokens({ tokens: all, now }: CheckFacts): readonly CheckItem[] {
  if (all.length === 0) return [good('api-tokens', 'there is none')];
  const unused = all.filter(({ createdAt, lastUsedAt }) => now - (lastUsedAt ?? createdAt) > UNUSED_MS);
  const ending = all.filter(({ expiresAt }) => expiresAt - now < SOON_MS);
  const mighty = all.filter(({ permissions }) => permissions.some((one) => LOOSENS.has(one)));
  const items: CheckItem[] = [];
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  if (unused.length > 0)
    items.push(warn('api-tokens', `nobody used ${names(unused)} for 30 days`, 'Settings: revoke it'));
  else items.push(good('api-tokens', names(all)));
  if (ending.length > 0)
    items.push(
      warn('api-tokens-end', `${names(ending)}: a week or less`, 'Settings: make another one where it is needed'),
    );
  if (mighty.length > 0)
    items.push(
      warn(
        'api-tokens-answer',
        `${names(mighty)} may answer, grant, thaw, or change what holds agents`,
        'Settings: revoke it, and make one that may look only',
      ),
    );
  return items;
}

function passwords({ setUpDone, people }: CheckFacts): CheckItem {
  if (!setUpDone) return bad('passwords', 'nobody has chosen one', 'run `castellan setup`');
  return good('passwords', `${counted(people.length, 'password')}, each held against the rule when it was chosen`);
}

function tries({ signIns: { tried, failed, names } }: CheckFacts): CheckItem {
  if (tried === 0) return good('sign-in-tries', 'nobody tried in the last 24 hours');
  const evidence = `${failed} of ${counted(tried, 'try', 'tries')} in the last 24 hours failed`;
  if (failed < MANY_FAILED) return good('sign-in-tries', evidence);
  return warn(
    'sign-in-tries',
    `${evidence}, most of all for ${listed(names)}`,
    '`castellan log kind:sign-in` says from where; if it was not you, set `remote.allow`',
  );
}

function listen({ addresses }: CheckFacts): CheckItem {
  const others = addresses.filter((address) => !LOOPBACK.test(address));
  if (others.length === 0) return good('listen', listed(addresses));
  return bad(
    'listen',
    `${listed(others)}: others reach it too`,
    'stop the daemon: this must not happen, please report it',
  );
}

function remoteTls({ remote: { tls, proxy }, certificate, now }: CheckFacts): CheckItem {
  if (tls === null) return good('remote-tls', `TLS ends at a proxy: ${listed(proxy?.from ?? [])}`);
  if (certificate === null)
    return bad('remote-tls', 'the certificate cannot be read', `look at \`${tls.certificate}\``);
  const { endsAt, keyMode } = certificate;
  const days = Math.floor((endsAt - now) / DAY_MS);
  const until = `good until ${new Date(endsAt).toISOString().slice(0, 10)}`;
  if (endsAt <= now)
    return bad('remote-tls', until, 'renew the certificate; until then nobody comes in from elsewhere');
  if ((keyMode & 0o077) !== 0)
    return bad(
      'remote-tls',
      `others may read the key (mode ${keyMode.toString(8)})`,
      `run \`chmod go-rwx '${tls.key}'\`, and make another key and certificate`,
    );
  if (days < RENEW_DAYS) return warn('remote-tls', `${until}: ${counted(days, 'day')}`, 'renew the certificate');
  return good('remote-tls', until);
}

function remote(facts: CheckFacts): readonly CheckItem[] {
  const { remote: config, remoteAddress, people } = facts;
  if (!config.enabled) return [good('remote', 'there is none: this machine only')];
  if (remoteAddress === null)
    return [bad('remote', 'it is switched on and does not listen', 'config.yaml: `remote` needs TLS and an address')];
  const how = config.tls !== null ? 'its own certificate' : 'a proxy that ends TLS';
  const items: CheckItem[] = [good('remote', `${remoteAddress}, ${how}`)];
  items.push(remoteTls(facts));
  if (config.allow.length === 0)
    items.push(warn('remote-allow', 'every address may try', 'config.yaml: name your networks in `remote.allow`'));
  else items.push(good('remote-allow', listed(config.allow)));
  if (people.some(({ factors }) => factors === 0))
    items.push(
      bad(
        'remote-factor',
        `${listed(people.filter(({ factors }) => factors === 0).map(({ name }) => name))}: a password only`,
        'Account: add a passkey or an authenticator app',
      ),
    );
  return items;
}

export const accessChecks = (facts: CheckFacts): readonly CheckItem[] => [
  setUp(facts),
  passwords(facts),
  secondFactor(facts),
  admins(facts),
  signIns(facts),
  tries(facts),
  ...tokens(facts),
  listen(facts),
  ...remote(facts),
];
