// One message to a collector, and what became of it. RULE: a collector that refuses what it was sent says so by its status, or in
// the answer of OTLP that counts what it did not take; both are `refused`, and nothing else is.
import type { Forward } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { outcomeOf, type SendHttp } from '../../notify/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { Delivered } from './delivered.ts';
import { sendSyslog } from './syslog-wire.ts';

export type Deliver = (message: string) => Promise<Delivered>;

export interface DeliverFrom {
  readonly clock: Clock;
  readonly sendHttp: SendHttp;
  readonly vault: Pick<Vault, 'useSecret'>;
  /** PEM of an authority of one's own. @throws Error */
  readonly readAuthority: (path: string) => string;
  readonly signal: AbortSignal;
}

/** As which module a credential is used: what a secret may name under its uses. */
export const FORWARD_USER = 'forward';
const TIMEOUT_MS = 15_000;
/** What was sent is at fault, not the way or the right to send it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

const failed = (text: string, afterMs = 0): Delivered => ({ kind: 'failed', text, afterMs });

/** OTLP takes less than everything with a 200: `rejectedLogRecords`, `rejectedSpans`. */
function rejected(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof answer !== 'object' || answer === null || !('partialSuccess' in answer)) return null;
    const partial = answer.partialSuccess;
    if (typeof partial !== 'object' || partial === null) return null;
    const members = partial as { readonly [name: string]: unknown };
    const many = Number(members.rejectedLogRecords ?? members.rejectedSpans ?? 0);
    return many > 0 ? `${many} of them were rejected` : null;
  } catch {
    // Not OTLP's words, with its status for "taken".
    return null;
  }
}

/** The address of a signal, where only the collector's is given. */
export function addressOf({ to }: Pick<Forward, 'to'>, as: string): URL {
  const url = new URL(to);
  if (url.pathname === '/' && url.protocol !== 'syslog+tls:')
    url.pathname = as === 'otlp-traces' ? '/v1/traces' : '/v1/logs';
  return url;
}

export function deliverTo(forward: Forward, as: string, from: DeliverFrom): Deliver {
  const { clock, sendHttp, vault, readAuthority, signal } = from;
  const url = addressOf(forward, as);
  const authority = (): { readonly ca?: string } => (forward.ca === undefined ? {} : { ca: readAuthority(forward.ca) });
  if (as === 'syslog')
    return async (message) => {
      try {
        const host = url.hostname.replace(/^\[|\]$/g, '');
        const port = url.port === '' ? 6514 : Number(url.port);
        return await sendSyslog({ host, port, message, timeoutMs: TIMEOUT_MS, clock, signal, ...authority() });
      } catch (error) {
        return failed(error instanceof Error ? error.message : 'unknown error');
      }
    };
  const credential = async (): Promise<
    { readonly headers: Readonly<Record<string, string>> } | { readonly why: string }
  > => {
    if (forward.credential === undefined) return { headers: {} };
    const name = forward.credential.slice('secret:'.length);
    const answer = await vault.useSecret({ name, by: { kind: 'own', name: FORWARD_USER }, host: url.host });
    if (answer.ok) return { headers: { authorization: `Bearer ${answer.value}` } };
    return { why: `\`${name}\`: ${answer.message}; ${answer.hint}` };
  };
  return async (message) => {
    try {
      const given = await credential();
      if ('why' in given) return failed(given.why);
      const answer = await sendHttp({
        url,
        headers: { 'content-type': 'application/json', ...given.headers },
        body: message,
        timeoutMs: TIMEOUT_MS,
        signal,
        ...authority(),
      });
      const outcome = outcomeOf(url.host, answer);
      if (outcome.kind === 'failed') {
        const isRefused = answer.kind === 'answer' && REFUSALS.has(answer.status);
        return isRefused ? { kind: 'refused', text: outcome.text } : failed(outcome.text, outcome.afterMs);
      }
      const why = answer.kind === 'answer' ? rejected(answer.text) : null;
      return why === null ? { kind: 'sent' } : { kind: 'refused', text: `\`${url.host}\` took it, but ${why}` };
    } catch (error) {
      return failed(error instanceof Error ? error.message : 'unknown error');
    }
  };
}
