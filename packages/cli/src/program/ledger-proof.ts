// The commands of `ledger` that prove to others and that seal.
import type { Command } from 'commander';
import { examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addLedgerProof(ledger: Command, { context, done }: Registrar): void {
  examples(
    ledger
      .command('prove')
      .argument('<call>', 'the call: its id, or the beginning or end of it')
      .summary('prove one call to somebody else')
      .description(
        'Write a proof of what is recorded of a call: its records byte for byte, and their places in the signed log. It is checked with the verifier and your key alone.',
      )
      .option('-o, --out <file>', 'a new file (default: stdout)')
      .option('--since <file>', 'a checkpoint somebody kept: the proof leads from it')
      .option('--from <dir>', 'from a ledger folder, without a daemon: nothing is taken out')
      .action(async (call, options) =>
        done(await (await import('../commands/prove.ts')).ledgerProve(context, call, options)),
      ),
    ['castellan ledger prove 3fk2 --out proof.json', 'hand it on'],
    ['castellan ledger prove 3fk2 --since head.txt', 'to whoever kept a head'],
  );
  examples(
    ledger
      .command('verifier')
      .summary('the program that checks proofs')
      .description('Write the verifier: one file for Node 18 or newer, or a browser, that needs nothing else.')
      .option('-o, --out <file>', 'a new file (default: stdout)')
      .action(async (options) => done((await import('../commands/prove.ts')).ledgerVerifier(context, options))),
    ['castellan ledger verifier --out verify.mjs', 'then: node verify.mjs PROOF --key KEY'],
  );
  examples(
    ledger
      .command('seal')
      .summary('let the bytes of old records go')
      .description(
        'Seal old records: a signed statement and their hashes stay, so everything still verifies; their bytes are removed, or moved to `retention.archive`. What is open keeps its records.',
      )
      .option('--days <n>', 'days to keep (default: `retention.days`)', wholeNumber(1, 36_500))
      .option('--dry-run', 'only say what would be sealed')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/prove.ts')).ledgerSeal(context, options))),
    ['castellan ledger seal --days 90 --dry-run', 'what would go'],
    ['castellan ledger seal', 'as config.yaml says'],
  );
}
