// What a name says of its value: that it is a password, that it is a secret a machine made, that it may be one, or neither.
// A name is read word by word: what comes after the word for a secret says what the value really is (a length, a path, an
// id), what comes before says of whom.

export type Naming = 'password' | 'secret' | 'weak';

const setOf = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words that name what a person chose. */
const PASSWORD = setOf('password passwd passphrase pwd pass passcode userpass dbpass psk psw identified');
/** Words that name what a machine made. */
const SECRET = setOf(
  'token secret credential credentials creds cred auth bearer jwt apikey apitoken accesskey accesstoken ' +
    'secretkey privatekey authtoken authkey appsecret clientsecret appkey oauth pat licensekey ' +
    'servicekey masterkey accountkey sharedaccesskey',
);
const KEYS = setOf('key keys');
/** Several have no one value: what stands beside them is seldom one of them. */
const SEVERAL = setOf('tokens secrets passwords');

/** Before `key`, these make it a secret's name; alone, `key` is what every table has. */
const KEY_OF = setOf(
  'api access secret private priv encryption encrypt decryption signing signature sign auth master license ' +
    'licence account storage service shared session app application client admin root hmac aes ssh deploy webhook ' +
    'write ingest ingestion integration subscription server security rest consumer aws gcp azure personal org ' +
    'user jwt production prod live staging dev bot hook developer merchant wif wallet seed',
);

/** After the word, these change nothing. */
const NEUTRAL = setOf(
  'value val string str text plain data default raw env var old new current prod production dev development ' +
    'test testing stage staging live local sandbox ci base b hex ro rw v backup primary secondary main x key keys ' +
    'secret token auth password header user admin root app api service account do not commit override by',
);

/** After the word, these say that the value is something else. */
const OTHER = setOf(
  'id ids name names file files filename path paths dir folder url uri urls endpoint host type types length len ' +
    'size count counts limit max min number index field fields label hint placeholder pattern regex regexp ' +
    'version expires expiry ttl expiration expire age date time timeout at policy param params prefix suffix ' +
    'format class color colour hash digest checksum fingerprint algorithm alg algo provider manager store storage ' +
    'handler method mode error message msg ref arn attribute prop input output node kind usage source sources ' +
    'scope scopes status state title text description required enabled disabled valid reset change changed alias ' +
    'vault ring board code codes down up press word words list map set pair space frame point issuer audience ' +
    'subject serial results result flow grant group role domain region zone script command cmd image icon link ' +
    'page view form event events selector query slot owner template location package module function fn config ' +
    'settings options schema',
);

/** Anywhere before the word, these say that it is public, or no credential. */
const PUBLIC = setOf(
  'public pub publishable primary foreign sort partition cache csrf xsrf cancel design next page continuation ' +
    'cursor site idempotency translation hot short shortcut anon antiforgery forgery authenticity syntax lex ' +
    'symbol sync placeholder example sample issuer fake dummy mock lang group dedup etag fingerprint ' +
    'encrypted hashed keyboard invalid non wrong bad incorrect',
);

/** The words of a name, small: `awsSecret_KEY2` is aws, secret, key. */
export function wordsOf(name: string): readonly string[] {
  const words: string[] = [];
  for (const part of name.split(/[^A-Za-z]+/)) {
    if (part === '') continue;
    let start = 0;
    for (let at = 1; at <= part.length; at++) {
      const [before, here, after] = [part.charCodeAt(at - 1), part.charCodeAt(at), part.charCodeAt(at + 1)];
      const up = here <= 90;
      const begins = up && before > 90;
      const endsCapitals = up && before <= 90 && after > 90;
      if (at < part.length && !begins && !endsCapitals) continue;
      words.push(part.slice(start, at).toLowerCase());
      start = at;
    }
  }
  return words;
}

/** `mytoken`, `dbpassword`: the word that a longer one ends with. */
function namedBy(word: string): Naming | 'key' | null {
  if (PASSWORD.has(word)) return 'password';
  if (SECRET.has(word)) return 'secret';
  if (KEYS.has(word)) return 'key';
  if (SEVERAL.has(word)) return 'weak';
  if (word.endsWith('password') || word.endsWith('passwd')) return 'password';
  if (/^(?:csrf|xsrf|cancel)/.test(word)) return null;
  return word.length <= 24 && (word.endsWith('token') || word.endsWith('secret') || word.endsWith('apikey'))
    ? 'secret'
    : null;
}

function strengthOf(words: readonly string[], index: number, vendors: ReadonlySet<string>): Naming | null {
  const naming = namedBy(words[index] ?? '');
  if (naming === null) return null;
  const before = words.slice(0, index);
  const after = words.slice(index + 1);
  if (before.some((word) => PUBLIC.has(word)) || after.some((word) => OTHER.has(word) && !NEUTRAL.has(word)))
    return null;
  const known = after.every((word) => NEUTRAL.has(word) || namedBy(word) !== null);
  if (naming !== 'key') return known ? naming : 'weak';
  const of = before.at(-1) ?? '';
  return known && before.length > 0 && (KEY_OF.has(of) || before.some((word) => vendors.has(word))) ? 'secret' : 'weak';
}

/** What the name says; the last word that names a secret decides. Null: it names none. */
export function namingOf(words: readonly string[], vendors: ReadonlySet<string>): Naming | null {
  for (let index = words.length - 1; index >= 0; index--) {
    if (namedBy(words[index] ?? '') !== null) return strengthOf(words, index, vendors);
  }
  return null;
}

/** The word parts whose places in the text lead to names worth reading. */
export const NAME_ANCHORS = [
  'pass',
  'pwd',
  'token',
  'secret',
  'cred',
  'auth',
  'bearer',
  'jwt',
  'key',
  'psk',
  'psw',
  'identified by',
  'pat_',
  '_pat',
];
