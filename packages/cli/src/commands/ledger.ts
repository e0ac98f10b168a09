// `castellan ledger`: proves the record of what happened from its files alone. It never asks the daemon that wrote them.
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parseRecord } from '@castellan/contract';
import { type Fault, LedgerError, readEntries, type Seal, type Verified, verifyLedger } from '@castellan/ledger';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { recordLine } from '../text/record-line.ts';
import { line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural, whoText } from '../text/words.ts';
import { stateFolder, type World } from '../world.ts';
import { threadsFor } from './verify-threads.ts';

export interface VerifyCommandOptions extends JsonOption {
  readonly against?: string;
  readonly vkey?: string;
  readonly archive?: string;
  readonly threads?: number;
}

function folderOf(world: World, folder: string | undefined): string {
  if (folder === undefined) return join(stateFolder(world), 'ledger');
  return isAbsolute(folder) ? folder : resolve(world.cwd, folder);
}

const read = (world: World, path: string): Buffer => readFileSync(resolve(world.cwd, path));

export function told(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? 'unknown') : String(error);
}

export async function ledgerVerify(
  { world, out }: Context,
  folder: string | undefined,
  options: VerifyCommandOptions,
): Promise<ExitCode> {
  const path = folderOf(world, folder);
  if (!existsSync(path)) {
    return out.error(`there is no folder \`${path}\``, [
      'a ledger is written once the daemon has run; or name the folder: `castellan ledger verify DIR`',
    ]);
  }
  let result: Verified | Fault;
  try {
    result = await verifyLedger(path, {
      ...(options.against === undefined ? {} : { against: read(world, options.against) }),
      ...(options.vkey === undefined ? {} : { vkey: read(world, options.vkey).toString('utf8').trim() }),
      ...(options.archive === undefined ? {} : { archive: resolve(world.cwd, options.archive) }),
      threads: threadsFor(options.threads),
      isAlone: true,
    });
  } catch (error) {
    return out.error(`cannot read the ledger: ${told(error)}`, ['check that the files exist and belong to you']);
  }
  if (result.kind !== 'verified') {
    if (options.json) out.json({ verified: false, ...result });
    else {
      const at = result.offset === undefined ? '' : `, byte ${result.offset}`;
      out.error(`the ledger does not verify: ${result.kind}: ${visible(result.message)}`, [
        `first record that cannot be relied on: ${result.record}, in \`${visible(result.file)}\`${at}`,
        result.hint,
      ]);
    }
    return EXIT.failure;
  }
  const { size, vkey, checkpoint, tornBytes, leftovers, sealed } = result;
  const root = Buffer.from(checkpoint.root).toString('hex');
  if (options.json) {
    const seals = sealed.map(({ from, to, at, by, fate }) => ({ from, to, at, by, fate }));
    out.json({ verified: true, size, signed: checkpoint.size, root, vkey, tornBytes, leftovers, sealed: seals });
    return EXIT.done;
  }
  out.lines([
    line(`verified: ${plural(size, 'record')}, none changed, none missing`, 'good'),
    line(`  root  ${root} (signed at ${checkpoint.size})`),
    line(`  key   ${vkey}`),
    ...sealed.map((seal) => line(`  ${sealedText(seal)}`, 'quiet')),
    ...(tornBytes === 0 && leftovers.length === 0
      ? []
      : [
          line(
            `  a crash left ${tornBytes} unfinished bytes and ${leftovers.length} files; no record is in them`,
            'caution',
          ),
        ]),
  ]);
  if (options.vkey === undefined)
    out.note('note: the key came from the folder itself; `--vkey FILE` checks against one you kept');
  return EXIT.done;
}

const sealedText = ({ from, to, at, by, fate }: Seal): string =>
  `${from} to ${to - 1}: sealed ${new Date(at).toISOString().slice(0, 10)} by ${whoText(visible(by))}, ${fate}; their hashes hold`;

export interface ShowOptions extends JsonOption {
  readonly dir?: string;
  readonly limit: number;
}

/** One record by its number, or the last ones. */
export async function ledgerShow(
  { world, out }: Context,
  index: number | undefined,
  options: ShowOptions,
): Promise<ExitCode> {
  const path = folderOf(world, options.dir);
  if (!existsSync(path))
    return out.error(`there is no folder \`${path}\``, ['a ledger is written once the daemon has run']);
  const last: { readonly index: number; readonly text: string }[] = [];
  try {
    const [from, to] = index === undefined ? [0, undefined] : [index, index + 1];
    for await (const entry of readEntries(path, from, to)) {
      last.push({ index: entry.index, text: Buffer.from(entry.entry).toString('utf8') });
      if (last.length > options.limit) last.shift();
    }
  } catch (error) {
    const hint = error instanceof LedgerError ? ['`castellan ledger verify` says where'] : [];
    return out.error(`cannot read the ledger: ${told(error)}`, hint);
  }
  if (index !== undefined && last.length === 0) return out.error(`there is no record \`${index}\``);
  for (const entry of last) {
    const whole = index !== undefined || options.json === true;
    out.line(whole ? wholeText(entry.index, entry.text, options.json === true) : shortText(entry.index, entry.text));
  }
  return EXIT.done;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const wholeText = (index: number, text: string, json: boolean): string =>
  json
    ? JSON.stringify({ index, record: decode(text) })
    : JSON.stringify(decode(text), null, 2).split('\n').map(visible).join('\n');

function shortText(index: number, text: string): string {
  const record = parseRecord(decode(text));
  // A long record is kept in parts; they are shown as what they are.
  return record.ok ? recordLine(index, record.value) : `${String(index).padStart(6)}  ${visible(text.slice(0, 120))}`;
}

/** The signed head, to be kept elsewhere: what a later `--against` compares with. */
export async function ledgerCheckpoint(
  { world, out }: Context,
  folder: string | undefined,
  options: JsonOption,
): Promise<ExitCode> {
  const path = folderOf(world, folder);
  if (!existsSync(path))
    return out.error(`there is no folder \`${path}\``, ['a ledger is written once the daemon has run']);
  const result = await verifyLedger(path, { threads: threadsFor(undefined), isAlone: true });
  if (result.kind !== 'verified') {
    return out.error(`the ledger does not verify: ${result.kind}: ${visible(result.message)}`, [
      '`castellan ledger verify` says more; no checkpoint of it is worth keeping',
    ]);
  }
  const note = Buffer.from(result.checkpoint.bytes).toString('utf8');
  if (options.json) out.json({ checkpoint: note, vkey: result.vkey });
  else out.line(note.trimEnd());
  return EXIT.done;
}
