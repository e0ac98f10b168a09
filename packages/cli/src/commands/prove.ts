// `castellan ledger prove`, `verifier`, `seal`: what others can check without trusting anybody here, and how old records go.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeProof, openClosedLog, type ProofFile } from '@castellan/ledger';
import { WORKSPACE } from '../bundles.ts';
import { connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { connectPerson } from '../session/person.ts';
import { line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { told } from './ledger.ts';
import { indexesOf } from './records-of-call.ts';
import { findCall } from './why.ts';

const VERIFIER = join(WORKSPACE, 'packages', 'ledger', 'verifier', 'verify.mjs');

/** A file that a person asked for; one that is there already stays as it is. Without a path: stdout. */
function give({ world, out }: Context, path: string | undefined, text: string): ExitCode {
  if (path === undefined) {
    out.line(text.trimEnd());
    return EXIT.done;
  }
  try {
    writeFileSync(resolve(world.cwd, path), text, { flag: 'wx' });
    return EXIT.done;
  } catch (error) {
    return out.error(`\`${visible(path)}\` cannot be written: ${told(error)}`, ['name a file that is not there yet']);
  }
}

export interface ProveOptions {
  readonly out?: string;
  readonly since?: string;
  readonly from?: string;
}

type Made = { readonly proof: ProofFile } | ExitCode;

export async function ledgerProve(context: Context, part: string, options: ProveOptions): Promise<ExitCode> {
  const { world, out } = context;
  let since: Buffer | undefined;
  try {
    since = options.since === undefined ? undefined : readFileSync(resolve(world.cwd, options.since));
  } catch (error) {
    return out.error(
      `cannot read the older checkpoint: ${told(error)}`,
      ['`castellan ledger checkpoint` makes one'],
      EXIT.usage,
    );
  }
  const made: Made =
    options.from === undefined
      ? await provedByDaemon(context, part, since)
      : await provedFromFiles(context, part, resolve(world.cwd, options.from), since);
  if (typeof made === 'number') return made;
  const { proof } = made;
  const code = give(context, options.out, `${JSON.stringify(proof, null, 2)}\n`);
  if (code !== EXIT.done) return code;
  const file = options.out ?? 'PROOF';
  out.note(
    `${plural(proof.records.length, 'entry', 'entries')} of ${proof.call}; whoever checks it needs the key from you, not from the file:`,
  );
  out.note(`  ${proof.vkey}`);
  out.note(`\`castellan ledger verifier --out verify.mjs\`, then: node verify.mjs ${visible(file)} --key KEY`);
  return EXIT.done;
}

async function provedByDaemon(context: Context, part: string, since: Buffer | undefined): Promise<Made> {
  const { world, out } = context;
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const found = await findCall(context, connection, part);
  if (typeof found === 'number') return found;
  const answer = await connection.client.callProof({
    params: { id: found.id },
    query: since === undefined ? {} : { since: since.toString('base64url') },
  });
  return answer.ok ? answer.value : tell(out, answer.error);
}

/** From the files alone, by whoever may read them: nothing is taken out of what is proved. */
async function provedFromFiles({ out }: Context, call: string, dir: string, since: Buffer | undefined): Promise<Made> {
  if (!/^call_[0-9a-z]{20}$/.test(call))
    return out.error(
      `\`${visible(call)}\` is no whole id of a call`,
      ['from files a call is named whole: `castellan ledger show --dir DIR`'],
      EXIT.usage,
    );
  try {
    const log = await openClosedLog(dir);
    const indexes = await indexesOf(dir, call, log.checkpoint.size);
    if (indexes.length === 0)
      return out.error(`no record of \`${call}\` is in \`${visible(dir)}\``, [
        'what was sealed is in the archive, if there is one',
      ]);
    const made = await makeProof(log, { call, indexes, ...(since !== undefined && { since }) });
    return made.kind === 'proved' ? { proof: made.file } : out.error(made.message, [made.hint]);
  } catch (error) {
    return out.error(`cannot prove from these files: ${told(error)}`, ['`castellan ledger verify DIR` says where']);
  }
}

/** The program that checks proofs: one file, to be handed on with them or got elsewhere. */
export function ledgerVerifier(context: Context, options: { readonly out?: string }): ExitCode {
  const { out } = context;
  const code = give(context, options.out, readFileSync(VERIFIER, 'utf8'));
  if (code === EXIT.done && options.out !== undefined)
    out.note(`needs Node 18 or newer and nothing else: node ${visible(options.out)} PROOF --key KEY`);
  return code;
}

export interface SealOptions extends JsonOption {
  readonly days?: number;
  readonly dryRun?: boolean;
}

export async function ledgerSeal(context: Context, options: SealOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'ledger seal');
  if (typeof connection === 'number') return connection;
  const { days, dryRun = false } = options;
  const answer = await connection.client.sealLedger({ body: { dryRun, ...(days !== undefined && { days }) } });
  if (!answer.ok) return tell(out, answer.error);
  const { sealed, held } = answer.value;
  if (options.json) {
    out.json(answer.value);
    return EXIT.done;
  }
  const kept =
    held === null
      ? []
      : [
          line(`  newer ones are kept: ${HELD[held.by]} since ${new Date(held.since).toISOString()}`, 'quiet'),
          ...(held.what === undefined ? [] : [line(`  ${held.what}`, 'quiet')]),
        ];
  if (sealed === null) {
    out.lines([line('no bundle of 256 records is old enough: nothing was sealed'), ...kept]);
    return EXIT.done;
  }
  const range = `records ${sealed.from} to ${sealed.to - 1}`;
  out.lines([
    line(dryRun ? `would seal ${range}` : `sealed ${range}; their hashes stay, and \`ledger verify\` holds`, 'good'),
    ...kept,
  ]);
  return EXIT.done;
}

const HELD: Readonly<Record<'open-task' | 'open-approval' | 'undo' | 'incident' | 'forward', string>> = {
  'open-task': 'a task is open',
  'open-approval': 'a question is open',
  forward: 'a collector has not had them yet (`castellan forwards`)',
  undo: 'calls can be undone',
  incident: 'an incident is open',
};
