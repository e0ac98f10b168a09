// What is typed for a new server, and addresses that a server chose: read strictly, told beside the field.
import { expect, test } from 'vitest';
import { NOTHING_TYPED, readTyped } from '../src/pages/modules/add-model.ts';
import { serversInOrder, signInPlace, startLine, whyHere } from '../src/pages/modules/server-model.ts';

/** As it is written into a manifest. */
const SECRET = `\${secret:T}`;
const program = { ...NOTHING_TYPED, name: 'notes', command: 'npx' };
const address = { ...NOTHING_TYPED, name: 'notes', reached: 'address', url: 'https://mcp.example.com/mcp' } as const;

test('what is typed becomes the start of a server, one argument or variable a line', () => {
  expect(readTyped({ ...program, args: ' -y \n\nserver\n', env: `A=b=c\nT=${SECRET}` })).toEqual({
    ok: true,
    name: 'notes',
    start: { kind: 'mcp', command: 'npx', args: ['-y', 'server'], env: { A: 'b=c', T: SECRET } },
  });
  expect(readTyped({ ...address, headers: `Authorization: Bearer ${SECRET}` })).toEqual({
    ok: true,
    name: 'notes',
    start: { kind: 'mcp-http', url: address.url, headers: { Authorization: `Bearer ${SECRET}` } },
  });
});

test('what is typed of a sign-in goes along, one host a line, and nothing where nothing is typed', () => {
  const typed = { signInHosts: ' Accounts.example.com\n\noauth.example.net:8443\n', clientId: ' home ' };
  expect(readTyped({ ...address, ...typed, clientSecret: SECRET })).toMatchObject({
    start: {
      signInHosts: ['accounts.example.com', 'oauth.example.net:8443'],
      clientId: 'home',
      clientSecret: SECRET,
    },
  });
  const read = readTyped(address);
  expect(read.ok && Object.keys(read.start)).toEqual(['kind', 'url', 'headers']);
});

test('a longest call and scopes go along where they are typed', () => {
  expect(readTyped({ ...program, timeout: ' 90 ' })).toMatchObject({ start: { timeoutSeconds: 90 } });
  const typed = { timeout: '5', scopes: 'notes:read notes:write\n\nnotes:read' };
  expect(readTyped({ ...address, ...typed })).toMatchObject({
    start: { timeoutSeconds: 5, scopes: ['notes:read', 'notes:write'] },
  });
});

for (const [typed, field] of [
  [{ ...program, name: 'My Notes' }, 'name'],
  [{ ...program, command: ' ' }, 'command'],
  [{ ...program, env: 'A' }, 'env'],
  [{ ...program, env: 'A=1\nA=2' }, 'env'],
  [{ ...program, env: '1A=1' }, 'env'],
  [{ ...address, url: 'mcp.example.com' }, 'url'],
  [{ ...address, url: 'javascript:alert(1)' }, 'url'],
  [{ ...address, headers: 'Authorization' }, 'headers'],
  [{ ...address, signInHosts: 'https://accounts.example.com' }, 'signInHosts'],
  [{ ...address, signInHosts: 'accounts.example.com\n*.example.net' }, 'signInHosts'],
  [{ ...program, timeout: '0' }, 'timeout'],
  [{ ...program, timeout: '1.5' }, 'timeout'],
  [{ ...address, timeout: 'a minute' }, 'timeout'],
  [{ ...address, timeout: '4000' }, 'timeout'],
  [{ ...address, clientSecret: 'kQ7vZ2mXw9Lr4TbN8sYc' }, 'clientSecret'],
] as const)
  test(`what is wrong is told beside its field: ${JSON.stringify(typed)}`, () => {
    const read = readTyped(typed);
    expect(read.ok ? [] : Object.keys(read.faults)).toEqual([field]);
  });

test('a variable called __proto__ is a variable', () => {
  const read = readTyped({ ...program, env: '__proto__=1' });
  expect(read.ok && read.start.kind === 'mcp' && Object.keys(read.start.env)).toEqual(['__proto__']);
});

test('a sign-in is opened over TLS or on this machine, and nowhere else', () => {
  for (const open of ['https://auth.example.com/x?y=z', 'http://127.0.0.1:4000/authorize', 'http://localhost:1/'])
    expect(signInPlace(open).kind, open).toBe('web');
  for (const open of [
    'javascript:alert(1)',
    'data:text/html,x',
    'http://auth.example.com/',
    'http://127.0.0.1.evil.example/',
    'file:///etc/passwd',
    'nonsense',
    '',
  ])
    expect(signInPlace(open).kind, open).toBe('refused');
});

test('a command line can be told word by word', () => {
  const start = { kind: 'mcp', command: '/bin/x', args: ['a b', "it's", SECRET, ''] } as const;
  expect(startLine({ ...start, args: [...start.args], env: {}, pass: [], timeoutSeconds: 1, concurrency: 1 })).toBe(
    `/bin/x 'a b' 'it'\\''s' ${SECRET} ''`,
  );
});

test('a hint that names a command is for whoever has no page', () => {
  expect(whyHere('`echo` changed, and 1 more: `castellan modules accept notes` shows it')).toBe(
    '`echo` changed, and 1 more',
  );
  expect(whyHere('it answers nothing')).toBe('it answers nothing');
});

test('servers that want a person come first; what comes with Castellan is no server', () => {
  const server = (name: string, more: object = {}) => ({
    ...{ name, title: name, kind: 'mcp', source: `modules/${name}.yaml`, manifest: 'sha256:0', accepted: true },
    ...{ level: 'ask', tools: 1, quarantined: 0, findings: 0, state: 'ready', why: null },
    ...more,
  });
  const all = [
    server('b'),
    server('a'),
    server('z', { quarantined: 1 }),
    server('shipped', { source: 'shipped/x.yaml', state: 'unaccepted' }),
    server('built-in', { state: null }),
  ] as unknown as Parameters<typeof serversInOrder>[0];
  expect(serversInOrder(all).map(({ name }) => name)).toEqual(['z', 'a', 'b']);
});
