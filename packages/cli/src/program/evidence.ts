// The commands that show and prove: try, log, ledger.
import { RECORD_KINDS } from '../text/record-kinds.ts';
import { addExport } from './export.ts';
import { collect, examples, wholeNumber } from './help.ts';
import { addLedgerProof } from './ledger-proof.ts';
import type { Registrar } from './registrar.ts';

export function addEvidence(registrar: Registrar): void {
  const { program, context, done } = registrar;
  examples(
    program
      .command('try')
      .argument('[call]', 'a shell command; or a tool as the agent names it: Write, mcp__mail__send, module/tool')
      .argument('[input]', "the tool's arguments, as JSON")
      .summary('what would be decided, without doing anything')
      .description(
        'Draw what a call would do and say what would be decided, without a daemon and without doing anything. Ends with 2 when it would be denied.',
      )
      .option(
        '--jsonl',
        'read calls from stdin, one JSON object a line: {"tool","input","cwd"}; answer each with one line',
      )
      .option('--policy <dir>', 'a policy folder: config.yaml, modules/, rules/ (default: yours)')
      .option('--cwd <dir>', 'the folder the call is made in (default: this one)')
      .option('--interactive', 'as if a person sat at the agent’s terminal')
      .option('--explain', 'every rule looked at')
      .option('--json', 'print data')
      .action(async (tool, input, options) =>
        done(await (await import('../offline/try.ts')).tryCommand(context, tool, input, options)),
      ),
    ["castellan try 'rm -rf build'", 'a shell command'],
    ["castellan try --explain 'git push'", 'with every rule looked at'],
    ['castellan try --jsonl < calls.jsonl', 'many'],
    ['castellan try --policy ./policy Read \'{"file_path":"/etc/shadow"}\'', 'another tool, with another policy'],
  );
  examples(
    program
      .command('log')
      .argument('[query...]', 'what to look for: `field:value`, `-field:value`, or any text; nothing: everything')
      .summary('what happened, newest last')
      .description(
        `Show records of the ledger that fit a query, newest last. Fields: agent, task, session, call, tool, module, verdict, decider, outcome, effect, path, host, rule, secret, kind, change, by, since, until, on, text. Kinds: ${RECORD_KINDS.join(', ')}.`,
      )
      .option('-n, --limit <n>', 'how many', wholeNumber(1, 1000), 50)
      .option('-f, --follow', 'go on as they are written')
      .option('--json', 'one JSON record a line')
      .action(async (query, options) => done(await (await import('../commands/log.ts')).log(context, query, options))),
    ['castellan log -n 20', 'the last twenty'],
    ['castellan log --follow kind:attempt', 'every call, as it is made'],
    ['castellan log verdict:deny since:2d', 'what was refused lately'],
    ['castellan log \'effect:delete path:~/work -tool:Read "drop table"\'', 'quoted, for the shell'],
  );
  examples(
    program
      .command('redact')
      .summary('text without credentials')
      .description(
        'Copy stdin to stdout without Castellan’s credentials, without the values you name, in whatever encoding, and with `--detect` without what looks like a credential. Needs no daemon.',
      )
      .option('--env <name>', 'an environment variable whose value is secret; may be repeated', collect)
      .option('--secrets <file>', 'a JSON file of names and values')
      .option('--detect', 'credentials nobody named, too')
      .option('--spans', 'where they stand, one JSON a line, instead of the text')
      .action(async (options) => done(await (await import('../offline/redact.ts')).redact(context, options))),
    ['castellan redact < daemon.log', 'before you share it'],
    ['castellan redact --env GITHUB_TOKEN < build.log', 'a secret of your own too'],
    ['castellan redact --detect --spans < notes.txt', 'where credentials stand'],
  );
  addLedger(registrar);
  addExport(registrar);
}

function addLedger(registrar: Registrar): void {
  const { program, context, done } = registrar;
  const ledger = program
    .command('ledger')
    .summary('prove the record of what happened')
    .description('Prove and read the record of what happened, from its files alone.');
  examples(ledger, ['castellan ledger verify', 'check every byte of it'], ['castellan ledger show', 'read it']);
  examples(
    ledger
      .command('verify')
      .argument('[dir]', 'the ledger folder (default: yours)')
      .description('Check every byte: an edit, deletion, reordering, truncation or fork is named. Needs no daemon.')
      .option('--against <file>', 'a checkpoint you kept: shows a rollback or a fork too')
      .option('--vkey <file>', 'the verifier key you kept: shows a ledger signed by somebody else')
      .option('--archive <dir>', 'where sealed records were moved to: checked as well')
      .option('--threads <n>', 'how many threads hash, 0 for none (default: one a core)', wholeNumber(0, 64))
      .option('--json', 'print data')
      .action(async (dir, options) =>
        done(await (await import('../commands/ledger.ts')).ledgerVerify(context, dir, options)),
      ),
    ['castellan ledger verify', 'yours'],
    ['castellan ledger verify /backup/ledger --against head.txt', 'a copy, against a head you kept'],
  );
  examples(
    ledger
      .command('show')
      .argument('[index]', 'one record, whole', wholeNumber(0, Number.MAX_SAFE_INTEGER))
      .description('Show records as they stand in the files.')
      .option('--dir <dir>', 'the ledger folder (default: yours)')
      .option('-n, --limit <n>', 'how many of the last', wholeNumber(1, 100_000), 50)
      .option('--json', 'one JSON record a line')
      .action(async (index, options) =>
        done(await (await import('../commands/ledger.ts')).ledgerShow(context, index, options)),
      ),
    ['castellan ledger show', 'the last fifty'],
    ['castellan ledger show 12', 'one, whole'],
  );
  examples(
    ledger
      .command('reindex')
      .description('Make the index that `castellan log` looks into anew from the ledger.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/reindex.ts')).reindex(context, options))),
    ['castellan ledger reindex', 'after it was damaged, or copied from elsewhere'],
  );
  examples(
    ledger
      .command('checkpoint')
      .argument('[dir]', 'the ledger folder (default: yours)')
      .description('Print the signed head. Keep it elsewhere: with `--against` it later shows a rollback.')
      .option('--json', 'print data')
      .action(async (dir, options) =>
        done(await (await import('../commands/ledger.ts')).ledgerCheckpoint(context, dir, options)),
      ),
    ['castellan ledger checkpoint > head.txt', 'keep it'],
  );
  addLedgerProof(ledger, registrar);
}
