// The commands about secrets. Values come from a pipe, a file, a variable or a hidden question, never from an argument.
import { collect, examples, positive, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addSecrets(registrar: Registrar): void {
  const { program, context, done } = registrar;
  const secrets = program
    .command('secrets')
    .summary('credentials that agents use and never see')
    .description(
      'Keep credentials that agents use and never see. Values go in and never come out: they are put in on the way to the hosts you name, and taken out of everything an agent reads. Without a command: list.',
    );
  examples(
    secrets,
    ['castellan secrets', 'names, uses, ages'],
    ['castellan secrets add OPENAI_KEY --use host:api.openai.com', 'asks for the value'],
    ['castellan secrets scan ~', 'where credentials lie about'],
  );
  examples(
    secrets
      .command('list', { isDefault: true })
      .description('List names, uses, ages and last uses. Never a value.')
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../commands/secrets/list.ts')).secretsList(context, options)),
      ),
    ['castellan secrets', 'all of them'],
  );
  examples(
    secrets
      .command('who')
      .argument('<name>', 'the secret')
      .description('Show what a secret may be used for, and who used it when.')
      .option('--json', 'print data')
      .action(async (name, options) =>
        done(await (await import('../commands/secrets/list.ts')).secretsWho(context, name, options)),
      ),
    ['castellan secrets who OPENAI_KEY', 'its uses'],
  );
  addChanges(registrar, secrets);
  addFiles(registrar, secrets);
  addVault(registrar, secrets);
}

type Secrets = Registrar['program'];

function addChanges({ context, done }: Registrar, secrets: Secrets): void {
  const changes = () => import('../commands/secrets/change.ts');
  const settings = (command: Secrets): Secrets =>
    command
      .option('-u, --use <use>', 'host:HOST, agent:NAME, module:NAME or script:NAME; may be repeated', collect)
      .option('--note <text>', 'what it is for')
      .option('--expires <date>', 'after this day it is given to nobody');
  examples(
    settings(
      secrets
        .command('add')
        .argument('<name>', 'letters, digits, _ . -')
        .description('Keep a new secret. The value is piped in or asked for. Refused under an agent.'),
    )
      .option('--rotate <days>', 'be reminded after so many days', positive)
      .option('--file <path>', 'a file that holds the value')
      .option('--env <variable>', 'a variable that holds the value')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await changes()).secretsAdd(context, name, options))),
    ['castellan secrets add OPENAI_KEY --use host:api.openai.com --rotate 90', 'asks for the value'],
    ['pass show github | castellan secrets add GITHUB --use host:api.github.com', 'piped in'],
  );
  examples(
    secrets
      .command('rotate')
      .argument('<name>', 'the secret')
      .description('Give a secret a new value. The old one is still taken out of everything. Refused under an agent.')
      .option('--file <path>', 'a file that holds the value')
      .option('--env <variable>', 'a variable that holds the value')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await changes()).secretsRotate(context, name, options))),
    ['castellan secrets rotate OPENAI_KEY', 'asks for the value'],
  );
  examples(
    settings(
      secrets
        .command('change')
        .argument('<name>', 'the secret')
        .description('Change what a secret may be used for. Refused under an agent.'),
    )
      .option('--drop <use>', 'a use to take away; may be repeated', collect)
      .option('--rotate <days>', 'be reminded after so many days; 0: not any more', wholeNumber(0, 3650))
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await changes()).secretsChange(context, name, options))),
    ['castellan secrets change OPENAI_KEY --use agent:claude', 'for one agent only'],
    ['castellan secrets change OPENAI_KEY --expires never', 'without an end'],
  );
  examples(
    secrets
      .command('remove')
      .argument('<name>', 'the secret')
      .description('Forget a secret. Its value cannot be had back. Refused under an agent.')
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await changes()).secretsRemove(context, name, options))),
    ['castellan secrets remove OLD_KEY', 'asks first'],
  );
}

function addFiles({ context, done }: Registrar, secrets: Secrets): void {
  examples(
    secrets
      .command('import')
      .argument('<file...>', "env files, or clients' MCP settings (JSON)")
      .summary('Take credentials out of env files and MCP settings.')
      .description(
        'Keep the credentials that stand in env files and in the MCP settings of clients. Shows what it found and asks. With `--remove` they are taken out of the files. Refused under an agent.',
      )
      .option('--all', 'every variable, whether it looks like a credential or not')
      .option('--prefix <text>', 'put before every name: two projects may both have a TOKEN')
      .option('--remove', 'take them out of the files, once they are kept')
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (files, options) =>
        done(await (await import('../commands/secrets/import.ts')).secretsImport(context, files, options)),
      ),
    ['castellan secrets import .env', 'see and keep'],
    ['castellan secrets import ~/.cursor/mcp.json --remove', 'and take them out of the file'],
  );
  examples(
    secrets
      .command('scan')
      .argument('[path...]', 'files and folders (default: this folder)')
      .description('Find credentials that lie about in files. Shows no value, changes nothing. Needs no daemon.')
      .option('--all', 'what is only worth a look, too')
      .option('--json', 'print data')
      .action(async (paths, options) => done(await (await import('../offline/scan.ts')).scan(context, paths, options))),
    ['castellan secrets scan', 'this folder; ends with 1 when it finds any'],
    ['castellan secrets scan ~/.config ~/.bashrc', 'where they often lie'],
  );
  examples(
    secrets
      .command('canary')
      .argument('<name>', 'what to call it')
      .argument('<file>', 'a new file to plant it in')
      .summary('Plant a credential that nobody uses.')
      .description(
        'Plant a file with a credential that opens nothing. Whoever reads, uses or sends it is caught: the agent is frozen and you are told. Refused under an agent.',
      )
      .option('--kind <kind>', 'env, aws or ssh-key', 'env')
      .option('--json', 'print data')
      .action(async (name, file, options) =>
        done(await (await import('../commands/secrets/canary.ts')).secretsCanary(context, name, file, options)),
      ),
    ['castellan secrets canary AWS_BAIT ~/.aws/credentials.bak --kind aws', 'beside the real one'],
  );
}

function addVault({ context, done }: Registrar, secrets: Secrets): void {
  const vault = () => import('../commands/secrets/vault.ts');
  examples(
    secrets
      .command('recover')
      .argument('<from>', 'previous: the vault before the last change; nothing: an empty one')
      .summary('Go on where the vault cannot be opened.')
      .description(
        'Go on where the vault cannot be opened. What cannot be read is put aside, not overwritten. Refused under an agent.',
      )
      .option('--json', 'print data')
      .action(async (from, options) => done(await (await vault()).vaultRecover(context, from, options))),
    ['castellan secrets recover previous', 'the vault before the last change'],
    ['castellan secrets recover nothing', 'then `castellan secrets restore` a backup'],
  );
  examples(
    secrets
      .command('unlock')
      .description(
        'Open a vault whose key is a passphrase, or look again for a key that was away. Refused under an agent.',
      )
      .option('--json', 'print data')
      .action(async (options) => done(await (await vault()).vaultUnlock(context, options))),
    ['castellan secrets unlock', 'asks for the passphrase'],
  );
  examples(
    secrets
      .command('key')
      .argument('<where>', 'keychain, passphrase or file')
      .description('Seal the vault with a new key, kept elsewhere or in the same place. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (where, options) => done(await (await vault()).vaultKey(context, where, options))),
    ['castellan secrets key passphrase', 'one that is asked for at each start'],
  );
  examples(
    secrets
      .command('backup')
      .argument('<file>', 'a new file')
      .description('Write a sealed copy that a passphrase opens on any machine. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await vault()).vaultBackup(context, file, options))),
    ['castellan secrets backup ~/castellan-vault.sealed', 'asks for a passphrase'],
  );
  examples(
    secrets
      .command('restore')
      .argument('<file>', 'what `backup` wrote')
      .description('Take secrets from a sealed copy; what is kept already stays as it is. Refused under an agent.')
      .option('--replace', "where both have one, take the copy's")
      .option('--passphrase-file <path>', 'a file that holds the passphrase')
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await vault()).vaultRestore(context, file, options))),
    ['castellan secrets restore ~/castellan-vault.sealed', 'on this machine or another'],
  );
}
