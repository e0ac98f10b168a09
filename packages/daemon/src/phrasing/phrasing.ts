// Has a model of the user's phrase what a critical tool would do, beside the sentence that the manifest gives (H10). Nothing
// waits for it, nothing depends on it, and where it fails there is only no second sentence.
import type { Approval, ApprovalId } from '@castellan/contract';
import { type Asker, createAsker } from '@castellan/gateway';
import { toolOf } from '@castellan/policy';
import type { Parts } from '../surfaces/index.ts';
import { promptFor, SYSTEM, sentenceOf } from './words.ts';

type Rooms = Pick<Parts, 'policy' | 'vault' | 'events' | 'approvals' | 'redactor' | 'clock'>;

/** At the same time: a machine's own model does one thing after the other anyway. */
const MOST_AT_ONCE = 2;
const MAX_TOKENS = 120;

/** Listens for questions until it is disposed. */
export function openPhrasing({ policy, vault, events, approvals, redactor, clock }: Rooms): Disposable {
  const asker: Asker = createAsker({
    settings: () => ({ models: policy.policy.config.models, cloud: policy.policy.config.cloud.services }),
    async key(name, { host }) {
      const answer = await vault.useSecret({ name, by: { kind: 'own', name: 'summary' }, host });
      return answer.ok
        ? { kind: 'key', value: answer.value }
        : { kind: 'no-key', why: answer.message, hint: answer.hint };
    },
  });
  const seen = new Set<ApprovalId>();
  let busy = 0;

  async function phrase(approval: Approval, upstream: string, model: string): Promise<void> {
    const stop = new AbortController();
    const cancel = clock.after(policy.policy.config.summary.timeoutSeconds * 1000, () => stop.abort());
    try {
      const prompt = promptFor(approval);
      const answer = await asker.ask({
        upstream,
        model,
        system: SYSTEM,
        prompt,
        maxTokens: MAX_TOKENS,
        signal: stop.signal,
      });
      const text = answer.kind === 'text' ? sentenceOf(redactor.text(answer.text)) : null;
      if (text !== null) approvals.phrase(approval.id, { text, model });
    } finally {
      cancel();
    }
  }

  const unsubscribe = events.subscribe(
    (event) => {
      if (event.kind !== 'approval') return;
      const { approval } = event;
      if (approval.state.kind !== 'pending' && approval.state.kind !== 'queued') return void seen.delete(approval.id);
      const { upstream, model } = policy.policy.config.summary;
      if (upstream === null || model === null || seen.has(approval.id) || busy >= MOST_AT_ONCE) return;
      // Only where a tool is dangerous by what it is, and a person was asked for it.
      if (toolOf(policy.policy, approval.module, approval.tool).class !== 'critical') return;
      seen.add(approval.id);
      busy += 1;
      phrase(approval, upstream, model)
        .catch(() => undefined)
        .finally(() => {
          busy -= 1;
        });
    },
    (kind) => kind === 'approval',
  );
  return {
    [Symbol.dispose]() {
      unsubscribe();
      asker[Symbol.dispose]();
    },
  };
}
