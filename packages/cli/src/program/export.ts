// The commands by which records leave: export, forwards.
import { Option } from 'commander';
import { EXPORT_FORMS } from '../text/export-forms.ts';
import { examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addExport({ program, context, done }: Registrar): void {
  examples(
    program
      .command('export')
      .argument('[query]', 'which records, as `castellan log` takes it (default: all)')
      .summary('records, in a form that something else reads')
      .description(
        'Write records of the ledger, oldest first, without secrets: to stdout, or to a file that is whole or not there. Each export is itself recorded. Refused under an agent.',
      )
      .addOption(new Option('--as <form>', 'the form').choices(EXPORT_FORMS).default('jsonl'))
      .option('-o, --out <file>', 'into this file')
      .action(async (query, options) =>
        done(await (await import('../commands/export.ts')).exportCommand(context, query, options)),
      ),
    ['castellan export > ledger.jsonl', 'everything, with what compares it with the ledger'],
    ["castellan export 'verdict:deny since:7d' --as csv --out denied.csv", 'for a spreadsheet'],
    ['castellan export --as ocsf --out events.jsonl', 'for a SIEM'],
  );
  const forwards = program
    .command('forwards')
    .summary('collectors that records are sent to')
    .description(
      'Show the collectors of `forward` in config.yaml: up to which record each is, and what is wrong. Without a command: list.',
    );
  examples(forwards, ['castellan forwards', 'how far each is'], ['castellan forwards test siem', 'try one']);
  examples(
    forwards
      .command('list', { isDefault: true })
      .description('Show each collector, up to which record it is, and what is wrong.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/forwards.ts')).forwardsList(context, options))),
    ['castellan forwards', 'how far each is'],
  );
  examples(
    forwards
      .command('test')
      .argument('<name>', 'which one')
      .summary('send a harmless record to one')
      .description('Send a harmless record to a collector, and say whether it was taken.')
      .option('--json', 'print data')
      .action(async (name, options) =>
        done(await (await import('../commands/forwards.ts')).forwardsTest(context, name, options)),
      ),
    ['castellan forwards test siem', 'whether it takes anything'],
  );
}
