// The checklist: what is kept, what is proved, and whether anybody is reached.
import type { CheckItem } from '@castellan/contract';
import { bad, good, listed, warn } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

function vault({ vault: { state, key, text }, alarms }: CheckFacts): readonly CheckItem[] {
  const raised = alarms.find(({ kind }) => kind === 'vault-locked' || kind === 'vault-damaged');
  switch (state) {
    case 'empty':
      return [good('vault', 'it is empty')];
    case 'locked':
      return [
        bad(
          'vault',
          raised?.text ?? `it is locked: known secrets cannot be hidden${text === '' ? '' : ` (${text})`}`,
          'run `castellan secrets unlock`',
        ),
      ];
    case 'damaged':
      return [
        bad(
          'vault',
          raised?.text ?? `it cannot be read${text === '' ? '' : `: ${text}`}`,
          raised?.hint ?? 'run `castellan secrets recover` with a backup',
        ),
      ];
    case 'open':
      return [good('vault', 'open'), keyOf(key)];
  }
}

function keyOf(key: CheckFacts['vault']['key']): CheckItem {
  if (key === 'keychain') return good('vault-key', "in the system's keychain");
  if (key === 'passphrase') return good('vault-key', 'a passphrase');
  return warn(
    'vault-key',
    key === null ? 'it is not known where' : 'in a file beside it: whoever reads your files reads both',
    'run `castellan secrets key keychain`, or choose a passphrase',
  );
}

function due({ secrets }: CheckFacts): CheckItem {
  const late = secrets.filter(({ due: when }) => when === 'expired' || when === 'now');
  const soon = secrets.filter(({ due: when }) => when === 'soon');
  const names = (some: typeof secrets): string => listed(some.map(({ name }) => name));
  const fix = 'make a new one where it is from, then `castellan secrets rotate`';
  if (late.some(({ due: when }) => when === 'expired')) return bad('due', names(late), fix);
  if (late.length > 0) return warn('due', names(late), fix);
  if (soon.length > 0) return warn('due', `within a week: ${names(soon)}`, fix);
  return good('due', secrets.length === 0 ? 'there is none' : `${secrets.length} looked at`);
}

function redaction({ config }: CheckFacts): CheckItem {
  switch (config.redaction.unknown) {
    case 'likely':
      return good('redaction', 'what is certain or likely to be one');
    case 'certain':
      return warn('redaction', 'only what is certain to be one', 'config.yaml: `redaction.unknown: likely`');
    case 'off':
      return bad('redaction', 'no: only those of the vault are hidden', 'config.yaml: `redaction.unknown: likely`');
  }
}

function ledger({ ledger: { size, root, failed } }: CheckFacts): CheckItem {
  if (failed !== null) return bad('ledger', `no: ${failed}`, 'free the disk; every call is refused until then');
  return good('ledger', `${size} records, signed at ${root.slice(0, 16)}`);
}

function channels({ channels: all, alarms }: CheckFacts): readonly CheckItem[] {
  if (all.length === 0)
    return [warn('channels', 'no channel: what asks waits for somebody who looks', 'Settings: add a channel')];
  const failing = all.filter(({ latest }) => latest === 'given-up' || latest === 'retrying');
  const alarm = alarms.find(({ kind }) => kind === 'channel-failed');
  const untested = all.filter(({ latest }) => latest === null);
  const names = (some: typeof all): string => listed(some.map(({ name }) => name));
  const items: CheckItem[] = [];
  if (failing.length > 0)
    items.push(bad('channels', `${names(failing)} reached nobody last`, 'Settings: test the channel'));
  else if (alarm !== undefined) items.push(bad('channels', alarm.text, alarm.hint));
  else if (untested.length > 0)
    items.push(warn('channels', `${names(untested)}: nothing sent yet`, 'Settings: test the channel'));
  else items.push(good('channels', names(all)));
  const open = all.filter(({ answers }) => answers === 'link');
  if (open.length > 0)
    items.push(
      warn(
        'channels-answer',
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
