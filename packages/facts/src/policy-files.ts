// The files of a policy folder, read so that none is dropped by accident and none comes from elsewhere: regular files of a
// sensible size, in UTF-8, with the right name. INVARIANT: whatever is wrong is a fault; a typo never loses a rule.
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { type Fault, faulty, type Parsed, parsed } from '@castellan/contract';
import { isUnder } from './places.ts';

/** Longest policy file, in bytes. */
export const MAX_FILE_BYTES = 1_048_576;
const MAX_FILES = 1000;

/** What the gateway keeps beside manifests: what was accepted of a server, what it offered last, installed packages. */
const BESIDE: Readonly<Record<string, RegExp>> = {
  modules: /^(?:packages|[a-z0-9][a-z0-9_:-]*\.(?:lock|seen)\.json)$/,
};

/** Whether something in a policy folder is no policy and not meant to be: it is left out without a word. */
export const isBeside = (folder: string, name: string): boolean => BESIDE[folder]?.test(name) === true;

export interface PolicyFile {
  /** Relative to the policy folder: `rules/mine.yaml`. */
  readonly source: string;
  readonly text: string;
}

const fault = (path: string, message: string, hint?: string): Parsed<never> =>
  faulty({ path, message, ...(hint === undefined ? {} : { hint }) });

/** `ENOENT` and so on; anything that is no system error keeps its name. */
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'failed');

/** One file, or nothing when it does not exist. */
export function readPolicyFile(folder: string, source: string): Parsed<PolicyFile | undefined> {
  try {
    const path = `${folder}/${source}`;
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined) return parsed(undefined);
    if (!isUnder(realpathSync(path), realpathSync(folder)))
      return fault(source, 'leads out of the policy folder', 'copy the file instead of linking it');
    return readRegular(path, source);
  } catch (error) {
    return fault(source, `cannot be read: \`${codeOf(error)}\``, 'check that it is a file you may read');
  }
}

/** One for all files: they are read one after the other, and decoding copies. */
const bytes = new Uint8Array(MAX_FILE_BYTES + 1);

function readRegular(path: string, source: string): Parsed<PolicyFile> {
  // Non-blocking, because a pipe in place of a file would otherwise be waited for.
  const descriptor = openSync(realpathSync(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return fault(source, 'is not a regular file', 'remove it or replace it by a file');
    if (stats.size > MAX_FILE_BYTES) return fault(source, `is larger than ${MAX_FILE_BYTES} bytes`, 'split it');
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length === bytes.length) break;
    }
    if (length > MAX_FILE_BYTES) return fault(source, `is larger than ${MAX_FILE_BYTES} bytes`, 'split it');
    return parsed({ source, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)) });
  } catch (error) {
    if (error instanceof TypeError) return fault(source, 'is not UTF-8', 'save it as UTF-8');
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Every YAML file of one folder, in the order of their names. A folder that does not exist is empty. */
export function readPolicyFolder(
  folder: string,
  name: string,
): { readonly files: readonly PolicyFile[]; readonly faults: readonly Fault[]; readonly exists: boolean } {
  const faults: Fault[] = [];
  const files: PolicyFile[] = [];
  let names: readonly string[];
  try {
    const path = `${folder}/${name}`;
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { files, faults, exists: false };
    if (!isUnder(realpathSync(path), realpathSync(folder)))
      return {
        files,
        faults: [{ path: name, message: 'leads out of the policy folder', hint: 'use a folder, not a link' }],
        exists: true,
      };
    // By code unit, so that the order is the same in every locale.
    names = readdirSync(path)
      .filter((each) => !each.startsWith('.') && !isBeside(name, each))
      .sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    return { files, faults: [{ path: name, message: `cannot be read: \`${codeOf(error)}\`` }], exists: true };
  }
  if (names.length > MAX_FILES)
    return { files, faults: [{ path: name, message: `holds more than ${MAX_FILES} files` }], exists: true };
  for (const each of names) {
    const source = `${name}/${each}`;
    if (!/\.ya?ml$/.test(each)) {
      faults.push({
        path: source,
        message: 'is not a `.yaml` file, so it would be left out',
        hint: 'rename it or remove it',
      });
      continue;
    }
    const read = readPolicyFile(folder, source);
    if (!read.ok) faults.push(...read.faults);
    else if (read.value !== undefined) files.push(read.value);
  }
  return { files, faults, exists: true };
}
