// Hands the model broker what it needs of the daemon's rooms: keys, redaction, budgets, records. Nothing here decides.
import type { AgentId, JsonValue, SecretName } from '@castellan/contract';
import { type Broker, createBroker, type KeyAnswer, type Redacted } from '@castellan/gateway';
import type { Refusals } from '../records/index.ts';
import type { Parts } from '../surfaces/index.ts';
import { budgetOf } from './session.ts';

const MARK = '[REDACTED:';
const marksIn = (text: string): number => text.split(MARK).length - 1;

/** A local server is given what only looks like a secret: it leaves neither the machine nor its network. */
function redacted({ redactor, vault }: Parts, value: JsonValue, towards: 'local' | 'cloud'): Redacted {
  const text = JSON.stringify(value);
  const names = redactor.mentions(text);
  if (names.length === 0 && towards === 'local') return { value, count: 0, canaries: [] };
  const planted = new Set(names.length === 0 ? [] : vault.canaries().map(({ name }) => name));
  const clean = redactor.json(value);
  const after = JSON.stringify(clean);
  return {
    value: clean,
    count: after === text ? 0 : Math.max(1, marksIn(after) - marksIn(text)),
    canaries: names.filter((name) => planted.has(name)),
  };
}

export function openBroker(parts: Parts, refusals: Refusals): Broker {
  const { clock, policy, redactor, records, limits, work, vault, canaries } = parts;
  const key = async (name: SecretName, { agent, host }: { agent: AgentId; host: string }): Promise<KeyAnswer> => {
    const answer = await vault.useSecret({ name, by: { kind: 'model', agent }, host });
    return answer.ok
      ? { kind: 'key', value: answer.value }
      : { kind: 'no-key', why: `\`${name}\`: ${answer.message}`, hint: answer.hint };
  };
  return createBroker({
    clock,
    settings: () => ({ models: policy.policy.config.models, cloud: policy.policy.config.cloud.services }),
    budget: (agent, said) => budgetOf(parts, agent, said),
    key,
    redact: (value, towards) => redacted(parts, value, towards),
    redactAnswer: (bytes) => redactor.bytes(bytes),
    canary: async (name, agent) => void (await canaries.inModelRequest(agent, [name])),
    frozen: (agent) => canaries.frozen(agent) !== null,
    spent(id, tokens) {
      const session = work.get(id);
      if (session !== null) limits.tokens(session, tokens);
    },
    // Not awaited: the answer has gone out. A log that fails raises its own alarm and stops the next request.
    record(record) {
      // What reached no server costs an agent nothing, so it could ask without end.
      const left = record.status === 0 ? refusals.take(`model:${record.agent}`) : '';
      if (left === null) return;
      const told = left === '' ? record : { ...record, text: `${record.text ?? ''}${left}` };
      records.record(told).catch(() => undefined);
    },
    refused: (agent, what, why) => refusals.note(`model:${agent}`, what, why),
  });
}
