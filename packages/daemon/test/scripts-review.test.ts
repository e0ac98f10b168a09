// What a person is told of a version (S4): what it may do, worst first, what changed, and what to look at twice.
import { type Capabilities, type ScriptVersion, scriptLimitsSchema } from '@castellan/contract';
import { expect, test } from 'vitest';
import type { Known } from '../src/scripts/review/facts.ts';
import { findingsOf } from '../src/scripts/review/findings.ts';
import { wordsOf } from '../src/scripts/review/words.ts';

const LIMITS = scriptLimitsSchema.parse({});
const NONE: Capabilities = { secrets: [], hosts: [], tools: [], loads: [], limits: LIMITS };
const DIGEST = `sha256:${'a'.repeat(64)}` as const;

const version = (capabilities: Partial<Capabilities>, more: Partial<ScriptVersion> = {}): ScriptVersion => ({
  script: 'report',
  digest: DIGEST,
  source: DIGEST,
  number: 2,
  about: { description: '', author: '', version: '' },
  capabilities: { ...NONE, ...capabilities },
  entry: 'result',
  parameters: [],
  author: 'agent:agent_aaaaaaaa',
  note: '',
  proposedAt: 1,
  bytes: 1,
  state: { kind: 'pending' },
  ...more,
});

const known: Known = {
  tool(name) {
    switch (name) {
      case 'mail/send':
        return { label: 'Send an e-mail', is: 'critical' };
      case 'notes/read':
        return { label: 'Read a note', is: 'safe' };
      case 'shell/run':
        return { label: 'Run a command', is: 'denied' };
      case 'notes/odd':
        return { label: name, is: 'unclassified' };
      default:
        return { label: name, is: 'unknown' };
    }
  },
  secret(name, script) {
    if (name === 'KEY')
      return { exists: true, hosts: ['api.example.org', '*.far.example'], allowed: script === 'report' };
    return { exists: false, hosts: [], allowed: false };
  },
  place: (host) => (host.startsWith('127.') ? 'local' : host.startsWith('169.') ? 'metadata' : 'cloud'),
  shown: (text) => !text.includes('AKIA'),
};
const found = (capabilities: Partial<Capabilities>, text: string, approved: ScriptVersion | null = null) =>
  findingsOf({ version: version(capabilities), text }, known, approved);
const words = (now: Partial<Capabilities>, before: Partial<Capabilities> | null = null) =>
  wordsOf(
    { version: version(now), findings: [] },
    before === null ? null : { version: version(before), findings: [] },
    known,
    (script) => version({}, { script, number: 7 }),
  ).map(({ kind, text, change }) => `${kind} ${change}: ${text}`);

test('a secret beside a host it may go to is said first, and so is one that nobody gives it', () => {
  expect(
    found(
      { secrets: ['KEY'], hosts: ['api.example.org', 'b.example'] },
      'x("https://api.example.org"); y("https://b.example")',
    ),
  ).toEqual(['Can send the secret `KEY` to `api.example.org`']);
  const far = found({ secrets: ['KEY'], hosts: ['*.far.example', 'x.far.example'] }, '"https://x.far.example/"');
  expect(far[0]).toBe('Can send the secret `KEY` to `*.far.example`, `x.far.example`');
  expect(found({ secrets: ['KEY'], hosts: ['far.example'] }, '//far.example')).toEqual([
    'The secret `KEY` may go to none of the hosts this script reaches',
  ]);
  expect(found({ secrets: ['KEY'], hosts: ['*.example.org'] }, '')[0]).toBe(
    'Can send the secret `KEY` to `*.example.org`',
  );
  expect(found({ secrets: ['GONE'] }, '')).toEqual(['The secret `GONE` is not in the vault']);
  const other = findingsOf({ version: version({ secrets: ['KEY'] }, { script: 'other' }), text: '' }, known, null);
  expect(other[0]).toContain('may not be used for this script');
});

test('hosts that are many, near, or made while it runs', () => {
  expect(found({ hosts: ['*.example.org'] }, '')).toEqual([
    '`*.example.org` is every name below `example.org`, also those that others control',
  ]);
  expect(found({ hosts: ['127.0.0.1:80'] }, 'http.get("https://127.0.0.1:80/")')).toEqual([
    '`127.0.0.1:80` is this machine or its network',
  ]);
  expect(found({ hosts: ['169.254.169.254'] }, '"//169.254.169.254"')[0]).toContain("machine's own credentials");
  // A host that stands in the header alone is none that the source names.
  expect(found({ hosts: ['a.example'] }, '# @hosts: a.example //a.example\nresult = http.get(build())')).toEqual([
    'The address at `a.example` is put together while it runs: what is asked there cannot be read here',
  ]);
});

test('tools that are critical, denied, or of which nobody said what they do', () => {
  const text = 'tools.call("mail", "send"); tools.call("shell", "run"); ("no", "such"); ("notes", "odd")';
  expect(found({ tools: ['mail/send', 'no/such', 'notes/odd', 'shell/run'] }, text)).toEqual([
    '`mail/send` is a critical tool',
    'Nobody has said what `no/such` does: there is no module of that name',
    'Nobody has said what `notes/odd` does',
    '`shell/run` is denied: each call of it will be refused',
  ]);
  expect(found({ tools: ['notes/read'] }, 'tools.call(a, b)')).toEqual([
    'The name `notes/read` is put together while it runs',
  ]);
});

test('a text that shows something else than it is', () => {
  expect(found({}, 'a = 1\nb = "\u202e x"\nc = "\u200b"')[0]).toMatch(/^Lines 2, 3: characters that are not seen/);
  expect(found({}, 'k = "AKIA…"')[0]).toMatch(/^Line 1: holds what looks like a secret/);
  expect(found({}, `x = 1${' '.repeat(400)}; evil()`)[0]).toMatch(/^Line 1: longer than 300/);
  expect(found({}, 'u = "http://a.example"')[0]).toMatch(/without TLS/);
  expect(found({}, '\tordinary = "Zoë — 漢字"\n')).toEqual([]);
  const many = found({}, Array.from({ length: 9 }, () => '"\u200b"').join('\n'));
  expect(many[0]).toMatch(/^Lines 1, 2, 3, 4, 5 and 4 more/);
});

test('a version of somebody else than the approved one', () => {
  const approved = version(
    {},
    { digest: `sha256:${'b'.repeat(64)}`, author: 'person:mia', state: { kind: 'approved', by: 'x', at: 1 } },
  );
  expect(found({}, '', approved)).toEqual([
    'Proposed by `agent:agent_aaaaaaaa`; the approved version is of `person:mia`',
  ]);
});

test('what it may do is said worst first, and what changed against the version it is compared with', () => {
  const all = {
    secrets: ['KEY'],
    hosts: ['*.far.example', 'a.example'],
    tools: ['mail/send', 'notes/read'],
    loads: [{ script: 'base', digest: DIGEST }],
    limits: { ...LIMITS, seconds: 120 },
  };
  expect(words(all)).toEqual([
    'tool same: Calls `mail/send`, a critical tool: Send an e-mail',
    'secret same: Uses the secret `KEY`, which may go to `api.example.org`, `*.far.example`',
    'host same: Sends to and reads from every host below `far.example`',
    'host same: Sends to and reads from `a.example`',
    'tool same: Calls `notes/read`: Read a note',
    'load same: Loads `base`, version 7',
    'limit same: Runs for at most 120 s',
  ]);
  expect(words({ hosts: ['a.example', 'c.example'], limits: { ...LIMITS, calls: 5 } }, all)).toEqual([
    'host same: Sends to and reads from `a.example`',
    'host added: Sends to and reads from `c.example`',
    'limit changed: Calls hosts and tools at most 5 times',
    'secret removed: Uses the secret `KEY`, which may go to `api.example.org`, `*.far.example`',
    'host removed: Sends to and reads from every host below `far.example`',
    'tool removed: Calls `mail/send`, a critical tool: Send an e-mail',
    'tool removed: Calls `notes/read`: Read a note',
    'load removed: Loads `base`, version 7',
    'limit changed: Runs for at most 30 s',
  ]);
  expect(words({})).toEqual(['limit same: Computes only: no secret, no host, no tool']);
});
