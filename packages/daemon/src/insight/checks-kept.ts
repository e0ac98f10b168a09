// The checklist: what is kept, what is proved, and whether anybody is reached.
import type { CheckItem } from '@castellan/contract';
import { bad, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

function vault({ vault: { state, key, text }, alarms }: CheckFacts): readonly CheckItem[] {
  const title = 'The vault is open';
  const raised = alarms.find(({ kind }) => kind === 'vault-locked' || kind === 'vault-damaged');
  switch (state) {
    case 'empty':
      return [good('secrets', 'vault', title, 'it is empty')];
    case 'locked':
      return [
        bad(
          'secrets',
          'vault',
          title,
          raised?.text ?? `it is locked: known secrets cannot be hidden${text === '' ? '' : ` (${text})`}`,
          'run `castellan secrets unlock`',
        ),
      ];
    case 'damaged':
      return [
        bad(
          'secrets',
          'vault',
          title,
          raised?.text ?? `it cannot be read${text === '' ? '' : `: ${text}`}`,
          raised?.hint ?? 'run `castellan secrets recover` with a backup',
        ),
      ];
    case 'open':
      return [good('secrets', 'vault', title, 'open'), keyOf(key)];
  }
}

function keyOf(key: CheckFacts['vault']['key']): CheckItem {
  const title = "The vault's key is kept apart";
  if (key === 'keychain') return good('secrets', 'vault-key', title, "in the system's keychain");
  if (key === 'passphrase') return good('secrets', 'vault-key', title, 'a passphrase');
  return warn(
    'secrets',
    'vault-key',
    title,
    key === null ? 'it is not known where' : 'in a file beside it: whoever reads your files reads both',
    'run `castellan secrets key keychain`, or choose a passphrase',
  );
}

function due({ secrets }: CheckFacts): CheckItem {
  const title = 'No secret is past its time';
  const late = secrets.filter(({ due: when }) => when === 'expired' || when === 'now');
  const soon = secrets.filter(({ due: when }) => when === 'soon');
  const names = (some: typeof secrets): string => listed(some.map(({ name }) => name));
  const fix = 'make a new one where it is from, then `castellan secrets rotate`';
  if (late.some(({ due: when }) => when === 'expired')) return bad('secrets', 'due', title, names(late), fix);
  if (late.length > 0) return warn('secrets', 'due', title, names(late), fix);
  if (soon.length > 0) return warn('secrets', 'due', title, `within a week: ${names(soon)}`, fix);
  return good('secrets', 'due', title, secrets.length === 0 ? 'there is none' : `${secrets.length} looked at`);
}

function redaction({ redaction: unknown }: CheckFacts): CheckItem {
  const title = 'Secrets nobody named are hidden too';
  switch (unknown) {
    case 'likely':
      return good('secrets', 'redaction', title, 'what is certain or likely to be one');
    case 'certain':
      return warn(
        'secrets',
        'redaction',
        title,
        'only what is certain to be one',
        'config.yaml: `redaction.unknown: likely`',
      );
    case 'off':
      return bad(
        'secrets',
        'redaction',
        title,
        'no: only those of the vault are hidden',
        'config.yaml: `redaction.unknown: likely`',
      );
  }
}

function ledger({ ledger: { size, root, failed } }: CheckFacts): CheckItem {
  const title = 'Everything is recorded';
  if (failed !== null)
    return bad('evidence', 'ledger', title, `no: ${failed}`, 'free the disk; every call is refused until then');
  return good('evidence', 'ledger', title, `${size} records, signed at ${root.slice(0, 16)}`);
}

function channels({ channels: all, alarms }: CheckFacts): readonly CheckItem[] {
  const title = 'You are reached away from the screen';
  if (all.length === 0)
    return [
      warn('reach', 'channels', title, 'no channel: what asks waits for somebody who looks', 'Settings: add a channel'),
    ];
  const failing = all.filter(({ latest }) => latest === 'given-up' || latest === 'retrying');
  const alarm = alarms.find(({ kind }) => kind === 'channel-failed');
  const untested = all.filter(({ latest }) => latest === null);
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  const items: CheckItem[] = [];
  if (failing.length > 0)
    items.push(bad('reach', 'channels', title, `${names(failing)} reached nobody last`, 'Settings: test the channel'));
  else if (alarm !== undefined) items.push(bad('reach', 'channels', title, alarm.text, alarm.hint));
  else if (untested.length > 0)
    items.push(warn('reach', 'channels', title, `${names(untested)}: nothing sent yet`, 'Settings: test the channel'));
  else items.push(good('reach', 'channels', title, names(all)));
  const open = all.filter(({ answers }) => answers === 'link');
  if (open.length > 0)
    items.push(
      warn(
        'reach',
        'channels-answer',
        'Whoever reads a message still has to sign in',
        `${names(open)}: whoever holds the message may answer`,
        'no agent may read there; else set `answers: sign-in`',
      ),
    );
  return items;
}

export const keptChecks = (facts: CheckFacts): readonly CheckItem[] => [
  ...vault(facts),
  due(facts),
  redaction(facts),
  ledger(facts),
  ...channels(facts),
];
