// Where the questions of canaries are answered, and nobody else's. While an agent is proven, a call of it that names a word of
// that verification needs a person, whatever the policy says. INVARIANT: it is answered yes only where everything it does is
// certain and stays in the folder of that verification, which is gone afterwards: an agent that copies the word into another
// call has made that call ask, and gained nothing. INVARIANT: no yes leads past what a Critical rule asks.
import { isConfirmWord } from '@castellan/agents';
import type { AgentId, Approval, ApprovalId, Call, Effect, Reason } from '@castellan/contract';

export interface DeskHost {
  /** Open ones among them. */
  readonly approvals: () => readonly Approval[];
  /** Answers in the name of the verification. */
  readonly answer: (id: ApprovalId, yes: boolean) => Promise<unknown>;
}

interface Wanted {
  readonly word: string;
  readonly yes: boolean;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

export interface Trial {
  readonly agent: AgentId;
  readonly nonce: string;
  /** Real path of the folder that is gone afterwards. */
  readonly folder: string;
}

export interface OpenTrial extends Disposable {
  /** Answers the next call that names this word. @throws when the verification ends before. */
  answer(word: string, yes: boolean): Promise<void>;
}

/** Programs that do what their arguments say and nothing else. */
const PLAIN: ReadonlySet<string> = new Set(['touch', 'echo', 'printf', 'cat', 'rm', 'mkdir', 'cd', 'true', 'ls']);
const IN_FOLDER: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>(['read', 'write', 'delete']);

/** More than are remembered of all that were answered. */
const MOST_OWN = 2000;

/** Whether nothing but the folder can be touched by it. */
export function isHarmless(effects: readonly Effect[], folder: string): boolean {
  return (
    effects.length > 0 &&
    effects.every(({ kind, target, targetKind, certainty, resource }) => {
      if (certainty !== 'certain' || resource !== undefined) return false;
      if (kind === 'execute') return targetKind === 'command' && PLAIN.has(target);
      return IN_FOLDER.has(kind) && targetKind === 'path' && target.startsWith(`${folder}/`);
    })
  );
}

const names = ({ arguments: given }: Pick<Call, 'arguments'>, word: string): boolean =>
  JSON.stringify(given).includes(word);

export class CanaryDesk {
  readonly #host: DeskHost;
  readonly #trials = new Map<AgentId, { readonly trial: Trial; readonly wanted: Set<Wanted> }>();

  /** What was asked by canaries, oldest first. */
  readonly #own = new Set<ApprovalId>();

  constructor(host: DeskHost) {
    this.#host = host;
  }

  open(trial: Trial): OpenTrial {
    const wanted = new Set<Wanted>();
    this.#trials.set(trial.agent, { trial, wanted });
    return {
      answer: (word, yes) =>
        new Promise((resolve, reject) => {
          if (!word.includes(trial.nonce)) throw new Error('a canary is known by the nonce of its verification');
          if (!this.#trials.has(trial.agent)) throw new Error('the verification is over');
          wanted.add({ word, yes, done: resolve, failed: reject });
          for (const approval of this.#host.approvals()) this.asked(approval);
        }),
      [Symbol.dispose]: () => {
        this.#trials.delete(trial.agent);
        for (const each of wanted) each.failed(new Error('the verification is over'));
        wanted.clear();
      },
    };
  }

  /** What a call meets because it is a canary's: it can only be asked about more. */
  floors(call: Pick<Call, 'agent' | 'arguments'>): readonly Reason[] {
    const open = this.#trials.get(call.agent);
    if (open === undefined || !isConfirmWord(JSON.stringify(call.arguments), open.trial.nonce)) return [];
    return [
      {
        source: 'turn',
        part: 'floor',
        id: 'canary',
        outcome: 'confirm',
        text: 'this is a canary of a verification that needs an answer',
        remedy: 'nothing: the verification answers it',
      },
    ];
  }

  /** Told of each question as it changes. @returns whether it is one of a canary, of which nobody need be told. */
  asked(approval: Approval): boolean {
    const open = this.#trials.get(approval.agent);
    if (open === undefined || !names(approval, open.trial.nonce)) return this.#own.has(approval.id);
    const harmless = isHarmless(approval.effects, open.trial.folder);
    if (harmless) this.#remember(approval.id);
    if (approval.state.kind !== 'pending') return harmless;
    for (const wanted of open.wanted) {
      if (!names(approval, wanted.word) || (wanted.yes && !harmless)) continue;
      open.wanted.delete(wanted);
      this.#host.answer(approval.id, wanted.yes).then(wanted.done, wanted.failed);
      break;
    }
    return harmless;
  }

  /** Those that somebody may have to answer, or did: what a canary asks is on record and nowhere else. */
  shown(approvals: readonly Approval[]): readonly Approval[] {
    return approvals.filter(({ id }) => !this.#own.has(id));
  }

  #remember(id: ApprovalId): void {
    this.#own.add(id);
    for (const oldest of this.#own) {
      if (this.#own.size <= MOST_OWN) break;
      this.#own.delete(oldest);
    }
  }
}
