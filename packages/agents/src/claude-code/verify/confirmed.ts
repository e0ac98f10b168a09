// What waits for a person: it runs when the answer is yes and not when it is no. One run with two commands.
import { join } from 'node:path';
import type { VerifyCheck } from '@castellan/contract';
import { confirmWord, type VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { attemptWith, inWorkspace, recorded, runClient, wasMade } from './bench-run.ts';
import { bash } from './decided.ts';

const ANSWERS = ['yes', 'no'] as const;

export async function confirmedChecks(bench: VerifyBench): Promise<readonly VerifyCheck[]> {
  const { nonce, folder } = bench;
  const witnesses = ANSWERS.map((answer) => join(folder, confirmWord(nonce, answer)));
  const { ended, records } = await recorded(bench, () =>
    inWorkspace(bench, async (cwd) => {
      // Each as its call comes. A client that ends before leaves them without one, and their checks say so.
      void answerBoth(bench).catch(() => undefined);
      const calls = witnesses.map((path) => bash(`touch '${path}'`));
      return runClient(bench, { name: 'confirmed', cwd, calls, allowed: ['Bash'] });
    }),
  );
  const ran = await Promise.all(witnesses.map(wasMade));
  return ANSWERS.map((answer, index): VerifyCheck => {
    const attempt = attemptWith(records, confirmWord(nonce, answer));
    const isAsked = attempt?.verdict.outcome === 'confirm';
    return {
      id: `confirmed-${answer}`,
      surface: 'shell',
      situation: 'confirmed',
      title:
        answer === 'yes' ? 'a command that a person confirms runs' : 'a command that a person refuses does not run',
      ok: isAsked && ran[index] === (answer === 'yes'),
      seen: [
        attempt === null ? `NO attempt in the ledger (${endedText(ended)})` : `verdict ${attempt.verdict.outcome}`,
        ran[index] === true ? 'it ran' : 'it did not run',
      ].join('; '),
    };
  });
}

async function answerBoth(bench: VerifyBench): Promise<void> {
  for (const answer of ANSWERS) await bench.answer(confirmWord(bench.nonce, answer), answer === 'yes');
}
