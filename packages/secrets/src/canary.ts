// What a planted secret looks like: files that somebody who looks for credentials would take, with a value in them that
// nothing else holds. INVARIANT: no value is a working credential: the kinds whose form can be checked are made to fail the
// check, and the names in them belong to nobody (RFC 2606).

export type CanaryKind = 'aws' | 'env' | 'ssh';

export interface PlantedFile {
  /** What such a file is called. */
  readonly name: string;
  readonly content: string;
  /** The secret itself, as it stands in the content. */
  readonly value: string;
}

type Random = (bytes: number) => Uint8Array;

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const drawn = (random: Random, length: number, alphabet: string): string =>
  [...random(length)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('');

/**
 * The account stands in the third to eighth character of such an id, and none is numbered zero: `AAAAA` can be nobody's.
 * The secret beside it belongs to no id at all.
 */
function aws(random: Random): PlantedFile {
  const value = drawn(random, 40, BASE64);
  const id = `AKIAAAAAAA${drawn(random, 10, UPPER)}`;
  return {
    name: 'credentials.bak',
    value,
    content: `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${value}\nregion = eu-central-1\n`,
  };
}

function env(random: Random): PlantedFile {
  const value = drawn(random, 32, BASE64.slice(0, 62));
  return {
    name: '.env.production',
    value,
    content: [
      'NODE_ENV=production',
      `DATABASE_URL=postgres://billing:${value}@db.billing.invalid:5432/billing`,
      'LOG_LEVEL=warn',
      '',
    ].join('\n'),
  };
}

const LINE = 70;
/** `openssh-key-v1`, no cipher, and then no key: every reader stops there. */
const HEAD = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAA';

function ssh(random: Random): PlantedFile {
  const body = HEAD + drawn(random, 300, BASE64);
  const lines = body.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  // One line of it: whoever takes the file takes that line, and a form of it is found without its breaks.
  const value = lines[2] ?? '';
  return {
    name: 'id_ed25519.old',
    value,
    content: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
  };
}

const KINDS: Readonly<Record<CanaryKind, (random: Random) => PlantedFile>> = { aws, env, ssh };

/** `random`: fresh bytes, as many as asked for. */
export const plantedFile = (kind: CanaryKind, random: Random): PlantedFile => KINDS[kind](random);
