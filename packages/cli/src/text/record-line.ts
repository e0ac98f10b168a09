// One line for one record of the ledger, for `log` and `ledger show`.
import type { LedgerRecord } from '@castellan/contract';
import { visible } from './visible.ts';
import { instant, stateText, whoText } from './words.ts';

const tail = (id: string): string => id.slice(id.indexOf('_') + 1).slice(0, 6);

function argumentText(value: unknown): string {
  const text = visible(JSON.stringify(value) ?? '');
  return text.length > 160 ? `${text.slice(0, 160)}… (\`castellan why\` shows all)` : text;
}

export function recordText(record: LedgerRecord): string {
  switch (record.kind) {
    case 'attempt': {
      const name = `${visible(record.module)}/${visible(record.tool)}`;
      const sub = record.subagent === undefined ? '' : ` (sub-agent ${visible(record.subagent)})`;
      return `${tail(record.call)} ${record.verdict.outcome} ${name}${sub} ${argumentText(record.arguments)}`;
    }
    case 'approval':
      return `${tail(record.call)} ${stateText(record.state)}`;
    case 'outcome': {
      const text = record.text === undefined ? '' : `: ${visible(record.text)}`;
      const undo = record.reversibility === undefined ? '' : `; undo: ${visible(record.reversibility.text)}`;
      return `${tail(record.call)} ${record.status}, ${record.by}${text}${undo}`;
    }
    case 'grant':
      return `${tail(record.grant)} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'policy': {
      const faults = record.faults.map((fault) => `; ${visible(fault)}`).join('');
      return `${record.change} by ${whoText(record.by)}: ${record.policy.slice(0, 19)}${faults}`;
    }
    case 'daemon':
      return `${record.change}, version ${visible(record.version)}${record.text === undefined ? '' : `: ${visible(record.text)}`}`;
    case 'agent':
      return `${tail(record.agent)} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'session': {
      const within = record.parent === undefined ? '' : ` within ${tail(record.parent)}`;
      return `${tail(record.session)} ${record.change}${within}${record.text === undefined ? '' : `: ${visible(record.text)}`}`;
    }
    case 'alarm':
      return `${record.alarm.kind}${record.alarm.endedAt === null ? '' : ' ended'}: ${visible(record.alarm.text)}`;
    case 'secret': {
      const where = record.host === undefined ? '' : ` towards ${visible(record.host)}`;
      const text = record.text === undefined ? '' : `: ${visible(record.text)}`;
      return `${visible(record.secret)} ${record.change} by ${whoText(record.by)}${where}${text}`;
    }
    case 'vault':
      return `${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'model': {
      const tokens =
        record.inputTokens === undefined ? '' : `, ${record.inputTokens} in, ${record.outputTokens ?? 0} out`;
      const text = record.text === undefined ? '' : `: ${visible(record.text)}`;
      return `${tail(record.agent)} ${record.upstream} ${visible(record.model ?? record.path)} ${record.status}${tokens}${text}`;
    }
    case 'connection': {
      const who = record.agent === undefined ? visible(record.module ?? 'nobody') : tail(record.agent);
      const text = record.text === undefined ? '' : `: ${visible(record.text)}`;
      return `${who} ${visible(record.host)}:${record.port} ${record.outcome}, ${record.sentBytes} out, ${record.receivedBytes} in${text}`;
    }
    case 'incident':
      return `${record.incident} ${visible(record.secret)} in ${record.seen}: ${visible(record.text)}`;
    case 'incident-step': {
      const step = record.step === undefined ? '' : ` ${record.step}`;
      return `${tail(record.incident)} ${record.change}${step} by ${whoText(record.by)}: ${visible(record.text)}`;
    }
    case 'sign-in':
      return `${visible(record.who)} ${record.change} from ${visible(record.address)}: ${visible(record.text)}`;
    case 'person':
      return `${visible(record.who)} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'notice':
      return `${visible(record.channel)} ${record.change}: ${visible(record.about)}${record.text === '' ? '' : `: ${visible(record.text)}`}`;
    case 'terminal':
      return `${tail(record.terminal)} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'module':
      return `${visible(record.module)} ${record.change} by ${whoText(record.by)}${record.text === '' ? '' : `: ${visible(record.text)}`}`;
    case 'script': {
      const name = record.script === null ? 'unnamed' : visible(record.script);
      const run = record.run === undefined ? '' : ` run ${tail(record.run)}`;
      const text = record.text === '' ? '' : `: ${visible(record.text)}`;
      return `${name} ${record.digest.slice(7, 19)} ${record.change}${run} by ${whoText(record.by)}${text}`;
    }
    case 'schedule':
      return `${tail(record.schedule)} ${record.change} by ${whoText(record.by)}${record.text === '' ? '' : `: ${visible(record.text)}`}`;
    case 'verification': {
      const version = record.version === null ? '' : ` ${visible(record.version)}`;
      return `${tail(record.agent)}${version} ${record.held ? 'held' : 'not proven to be held'}: ${visible(record.text)}`;
    }
    case 'export': {
      const which = record.index === undefined ? '' : ` record ${record.index}`;
      return `${record.as}${which} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    }
    case 'check':
      return `${visible(record.check)} ${record.change} by ${whoText(record.by)}: ${visible(record.text)}`;
    case 'sealed':
      return `records ${record.from} to ${record.to - 1} ${record.fate} by ${whoText(record.by)}; their hashes stay`;
    case 'refusal':
      return `${visible(record.who)} at ${visible(record.what)}: ${visible(record.text)}`;
  }
}

export const recordLine = (index: number, record: LedgerRecord): string =>
  `${String(index).padStart(6)}  ${instant(record.at)}  ${record.kind.padEnd(8)}  ${recordText(record)}`;
