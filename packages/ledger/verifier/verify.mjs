#!/usr/bin/env node
// Castellan's verifier. Checks a proof file (`castellan ledger prove`) with nothing but this file and the key that you trust.
//
//   node verify.mjs PROOF.json --key KEY [--since HEAD.txt] [--show]
//
// It needs Node 18 or newer and no package; `verifyProof` also runs in a browser (Ed25519 of WebCrypto). It was written apart
// from the program that writes the ledger and shares no code with it, so that a fault of one is no fault of both.
//
// What is checked, in this order:
//   1. the file has the form below, each value in its one spelling;
//   2. the key is the one that you gave;
//   3. the checkpoint (a C2SP signed note: origin, number of records, root) was signed by that key;
//   4. each record stands in the tree with that root, at its place (RFC 6962, section 2.1.1);
//   5. with --since: the tree goes on from the older checkpoint that you kept (RFC 6962, section 2.1.2);
//   6. the records are about the call that the file says.
//
// The file: { "castellanProof": 1, "call": text, "vkey": text, "checkpoint": signed note,
//             "records": [{ "index": number, "bytes": base64, "path": [base64 of 32 bytes, …] }, …],
//             "since": { "checkpoint": signed note, "path": [base64 of 32 bytes, …] }?  }
//
// Exit codes: 0 everything holds · 1 something does not, or there was no key to compare with · 64 used wrongly.

const utf8 = new TextEncoder();
const text = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** Whatever does not hold ends the verification here, in one line. */
class Fault extends Error {}
function must(holds, otherwise) {
  if (!holds) throw new Fault(otherwise);
}

// ---- Bytes ----------------------------------------------------------------------------------------------------------

function join(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Base64 of RFC 4648, section 4. INVARIANT: bytes have one spelling, so nobody can write a second proof of the same thing. */
function base64(value, what) {
  must(typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value), `${what} is not base64`);
  let raw;
  try {
    raw = atob(value);
  } catch {
    throw new Fault(`${what} is not base64`);
  }
  must(btoa(raw) === value, `${what} is not in the one spelling of its bytes`);
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

/** Text from a file is shown, never obeyed: control and direction characters must not move a terminal. */
const shown = (value) =>
  (typeof value === 'object' && value !== null ? 'an object' : String(value)).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${c.codePointAt(0).toString(16)}}`,
  );

// ---- Cryptography: node:crypto, and where there is none, WebCrypto -----------------------------------------------------

const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

async function nodeCrypto() {
  const { createHash, createPublicKey, verify } = await import('node:crypto');
  return {
    sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    isSigned: async (key, message, signature) => {
      const spki = { key: Buffer.from(join(SPKI, key)), format: 'der', type: 'spki' };
      return verify(null, message, createPublicKey(spki), signature);
    },
  };
}

/** The same by the browser's own means; exported so that it can be put to the same tests. */
export function webCrypto(subtle = globalThis.crypto.subtle) {
  return {
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes)),
    isSigned: async (key, message, signature) =>
      subtle.verify('Ed25519', await subtle.importKey('raw', key, 'Ed25519', false, ['verify']), signature, message),
  };
}

async function ownCrypto() {
  try {
    return await nodeCrypto();
  } catch {
    return webCrypto();
  }
}

// ---- Keys and signed notes (C2SP) ----------------------------------------------------------------------------------------

/** `name+id+key`: the id is made from the name and the key, and must be. */
async function openKey(value, crypto) {
  const match = typeof value === 'string' ? /^([^\s+\p{Cc}]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(value) : null;
  must(match !== null, 'the key is not of the form name+id+key');
  const [, name, id, encoded] = match;
  const typed = base64(encoded, 'the key');
  must(typed.length === 33 && typed[0] === 1, 'the key is not an Ed25519 key');
  const made = (await crypto.sha256(join(utf8.encode(`${name}\n`), typed))).subarray(0, 4);
  must(hex(made) === id, 'the id in the key is not that of the key');
  return { name, id: made, key: typed.subarray(1) };
}

/** The tree head of a checkpoint that `key` signed, and it alone. */
async function openCheckpoint(note, key, what, crypto) {
  must(typeof note === 'string', `${what} is not a text`);
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]+)\n\n— ([^\n ]+) ([A-Za-z0-9+/=]+)\n$/.exec(note);
  must(match !== null, `${what} is not a signed checkpoint`);
  const [, origin, size, root, signer, encoded] = match;
  must(origin === key.name && signer === key.name, `${what} is of \`${shown(signer)}\`, not of \`${shown(key.name)}\``);
  const signature = base64(encoded, `the signature of ${what}`);
  must(signature.length === 68 && same(signature.subarray(0, 4), key.id), `${what} was signed by another key`);
  const message = utf8.encode(note.slice(0, note.indexOf('\n\n') + 1));
  must(await crypto.isSigned(key.key, message, signature.subarray(4)), `the signature of ${what} is wrong`);
  must(Number.isSafeInteger(Number(size)), `${what} counts more records than there can be`);
  const hash = base64(root, `the root in ${what}`);
  must(hash.length === 32, `the root in ${what} is not a SHA-256`);
  return { size: Number(size), root: hash };
}

// ---- Merkle trees (RFC 6962, section 2.1) ----------------------------------------------------------------------------------

/** The largest power of two below `size`: where a tree is divided. */
function split(size) {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

function trees(crypto) {
  const leaf = (bytes) => crypto.sha256(join(Uint8Array.of(0), bytes));
  const node = (left, right) => crypto.sha256(join(Uint8Array.of(1), left, right));

  /** The root that a leaf and its path make: the last of the path is the other half of the whole tree. */
  async function rootOf(hash, index, size, path) {
    if (size === 1) {
      must(path.length === 0, 'a path is longer than its tree is high');
      return hash;
    }
    must(path.length > 0, 'a path is shorter than its tree is high');
    const half = split(size);
    const other = path[path.length - 1];
    const rest = path.slice(0, -1);
    if (index < half) return node(await rootOf(hash, index, half, rest), other);
    return node(other, await rootOf(hash, index - half, size - half, rest));
  }

  /** Both roots that a path between two sizes makes; `whole` is the older root, where the path leaves it out. */
  async function bothRoots(older, newer, path, whole) {
    if (older === newer) {
      if (whole !== null) {
        must(path.length === 0, 'the path from the older checkpoint is too long');
        return [whole, whole];
      }
      must(path.length === 1, 'the path from the older checkpoint has the wrong length');
      return [path[0], path[0]];
    }
    must(path.length > 0, 'the path from the older checkpoint is too short');
    const half = split(newer);
    const other = path[path.length - 1];
    const rest = path.slice(0, -1);
    if (older <= half) {
      const [before, after] = await bothRoots(older, half, rest, whole);
      return [before, await node(after, other)];
    }
    const [before, after] = await bothRoots(older - half, newer - half, rest, null);
    return [await node(other, before), await node(other, after)];
  }
  return { leaf, rootOf, bothRoots };
}

// ---- The form of the file ----------------------------------------------------------------------------------------------

function members(value, required, optional, what) {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is not an object`);
  for (const name of required) must(Object.hasOwn(value, name), `${what} has no \`${name}\``);
  for (const name of Object.keys(value))
    must(
      required.includes(name) || optional.includes(name),
      `${what} has \`${shown(name)}\`, which belongs to no proof`,
    );
  return value;
}

function hashes(value, what) {
  must(Array.isArray(value) && value.length <= 64, `${what} is not a path`);
  return value.map((one) => {
    const hash = base64(one, what);
    must(hash.length === 32, `${what} holds something that is no SHA-256`);
    return hash;
  });
}

function parse(file) {
  let value;
  try {
    value = JSON.parse(file);
  } catch {
    throw new Fault('the file is not JSON');
  }
  members(value, ['castellanProof', 'call', 'vkey', 'checkpoint', 'records'], ['since'], 'the proof');
  must(value.castellanProof === 1, `this verifier reads proofs of form 1, not \`${shown(value.castellanProof)}\``);
  must(typeof value.call === 'string' && value.call !== '', 'the proof does not say which call it is about');
  must(Array.isArray(value.records) && value.records.length > 0, 'the proof holds no record');
  let last = -1;
  const records = value.records.map((record) => {
    const { index, bytes, path } = members(record, ['index', 'bytes', 'path'], [], 'a record');
    must(Number.isSafeInteger(index) && index > last, 'the records are not in the order of the log');
    last = index;
    return { index, bytes: base64(bytes, `record ${index}`), path: hashes(path, `the path of record ${index}`) };
  });
  if (value.since === undefined) return { ...value, records };
  const { checkpoint, path } = members(value.since, ['checkpoint', 'path'], [], 'since');
  return { ...value, records, since: { checkpoint, path: hashes(path, 'the path from the older checkpoint') } };
}

// ---- What the records say ------------------------------------------------------------------------------------------------

function json(bytes, what) {
  try {
    return JSON.parse(text(bytes));
  } catch {
    throw new Fault(`${what} is not a record of Castellan`);
  }
}

/** Records as they are read: a long one stands in parts, and what joins them has the digest of the whole. */
async function read(records, crypto) {
  const parts = new Map();
  const whole = [];
  for (const { index, bytes } of records) {
    const value = json(bytes, `record ${index}`);
    must(typeof value === 'object' && value !== null, `record ${index} is not a record of Castellan`);
    if (value.kind === 'part') {
      const { of, n, text: part } = value;
      must(typeof part === 'string' && n === (parts.get(of)?.length ?? 0), `record ${index} is a part out of order`);
      parts.set(of, [...(parts.get(of) ?? []), part]);
    } else if (value.kind === 'joined') {
      const joined = parts.get(value.of) ?? [];
      parts.delete(value.of);
      const made = utf8.encode(joined.join(''));
      must(
        joined.length === value.parts,
        `record ${index} joins ${shown(value.parts)} parts, here are ${joined.length}`,
      );
      must(value.digest === `sha256:${hex(await crypto.sha256(made))}`, `record ${index} joins other parts than these`);
      whole.push({ index, value: json(made, `record ${index}`) });
    } else whole.push({ index, value });
  }
  for (const { index, value } of whole)
    must(typeof value === 'object' && value !== null, `record ${index} is not a record of Castellan`);
  must(parts.size === 0, 'there are parts of a record without the record that joins them');
  return whole;
}

const LATEST = 8.64e15;
const word = (value) => (typeof value === 'string' ? value : 'not told');

/** One line about a record, from what it says of itself. */
function line({ value }) {
  const words = {
    attempt: () => `${word(value.module)}/${word(value.tool)}: ${word(value.verdict?.outcome)}`,
    approval: () => `the question about it: ${word(value.state?.kind)}`,
    outcome: () => `${word(value.status)}${value.text === undefined ? '' : `: ${word(value.text)}`}`,
  };
  const hasTime = Number.isFinite(value.at) && Math.abs(value.at) <= LATEST;
  const at = hasTime ? new Date(value.at).toISOString() : 'no time';
  const said = Object.hasOwn(words, word(value.kind)) ? `, ${words[value.kind]()}` : '';
  return `${at} ${word(value.kind)}${said}`;
}

// ---- Verification --------------------------------------------------------------------------------------------------------

/**
 * Verifies the text of a proof file.
 * @param options.key the verifier key that you trust; without it nothing is proved, and `ok` is false
 * @param options.since the text of a checkpoint that you kept
 * @param options.show whether whole records are among the lines
 * @returns {Promise<{ok: boolean, lines: string[]}>} a line for each step, the last one the result
 */
export async function verifyProof(file, { key, since, show = false, crypto: given } = {}) {
  const lines = [];
  try {
    const crypto = given ?? (await ownCrypto());
    const tree = trees(crypto);
    const proof = parse(file);
    const trusted = await openKey(key === undefined ? proof.vkey : key.trim(), crypto);
    must(
      key === undefined || proof.vkey === key.trim(),
      `the proof is signed with \`${shown(proof.vkey)}\`, not with your key`,
    );
    lines.push(
      key === undefined ? `key not compared: ${shown(proof.vkey)} came with the proof` : `key: ${key.trim()}, yours`,
    );
    const head = await openCheckpoint(proof.checkpoint, trusted, 'the checkpoint', crypto);
    lines.push(`checkpoint: signed with that key over ${head.size} records, root ${hex(head.root)}`);
    for (const { index, bytes, path } of proof.records) {
      must(index < head.size, `record ${index} is beyond the checkpoint`);
      const root = await tree.rootOf(await tree.leaf(bytes), index, head.size, path);
      must(same(root, head.root), `record ${index} is not in the log with that root`);
      lines.push(`record ${index}: ${bytes.length} bytes, in the log at that place`);
    }
    lines.push(await checkSince(proof, since, trusted, head, tree, crypto));
    const whole = await read(proof.records, crypto);
    for (const record of whole) {
      must(record.value.call === proof.call, `record ${record.index} is not about the call \`${shown(proof.call)}\``);
      lines.push(`record ${record.index} says: ${shown(line(record))}`);
      if (show) lines.push(...JSON.stringify(record.value, null, 2).split('\n').map(shown));
    }
    must(key !== undefined, 'nothing is proved without a key that you trust: give it with --key');
    lines.push(`proved: ${whole.length} records about ${shown(proof.call)} stand in the log of ${shown(trusted.name)}`);
    return { ok: true, lines };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, lines: [...lines, `not proved: ${error.message}`] };
  }
}

async function checkSince(proof, since, trusted, head, tree, crypto) {
  if (proof.since === undefined) {
    must(since === undefined, 'the proof does not lead from your older checkpoint: have it made with --since');
    return 'older checkpoint: none given, so none compared';
  }
  const older = await openCheckpoint(proof.since.checkpoint, trusted, 'the older checkpoint', crypto);
  must(since === undefined || since === proof.since.checkpoint, 'the older checkpoint in the proof is not yours');
  must(older.size > 0 && older.size <= head.size, 'the older checkpoint is of no size that this log went on from');
  const [before, after] = await tree.bothRoots(older.size, head.size, proof.since.path, older.root);
  must(same(before, older.root) && same(after, head.root), 'the log does not go on from the older checkpoint');
  const whose = since === undefined ? 'that came with the proof' : 'that you kept';
  return `older checkpoint: the log goes on from the ${older.size} records ${whose}`;
}

// ---- The command ---------------------------------------------------------------------------------------------------------

const USAGE = 'usage: node verify.mjs PROOF.json --key KEY (or --key-file FILE) [--since HEAD.txt] [--show]';

async function command(args) {
  const { readFileSync } = await import('node:fs');
  const wrong = (why) => {
    process.stderr.write(`${why}\n${USAGE}\n`);
    return 64;
  };
  const given = {};
  const files = [];
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i];
    if (name === '--show') given.show = true;
    else if (['--key', '--key-file', '--since'].includes(name)) {
      if (args[i + 1] === undefined) return wrong(`${name} needs a value`);
      i += 1;
      given[name] = args[i];
    } else if (name.startsWith('-')) return wrong(`unknown option: ${shown(name)}`);
    else files.push(name);
  }
  if (files.length !== 1) return wrong('name one proof file');
  if (given['--key'] !== undefined && given['--key-file'] !== undefined) return wrong('give one key');
  const options = { show: given.show === true };
  let proof;
  try {
    const read = (path) => text(readFileSync(path));
    proof = read(files[0]);
    options.key = given['--key-file'] === undefined ? given['--key'] : read(given['--key-file']);
    options.since = given['--since'] === undefined ? undefined : read(given['--since']);
  } catch (error) {
    return wrong(`cannot read: ${shown(error.message)}`);
  }
  const { ok, lines } = await verifyProof(proof, options);
  process.stdout.write(`${lines.join('\n')}\n`);
  return ok ? 0 : 1;
}

/** Run as a program, not taken into a page or another program. */
async function isProgram() {
  if (typeof process === 'undefined' || process.argv?.[1] === undefined) return false;
  const { realpathSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  return realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
}

if (await isProgram()) process.exitCode = await command(process.argv.slice(2));
