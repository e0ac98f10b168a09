// Bytes leave in few places, each with what it lets out and why that holds no secret (X2). Everywhere else text is handed on.
// RULE: a file outside of this table that writes to a socket, a stream, a terminal or a file is an exit nobody redacts.
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { VERBATIM } from '../../packages/daemon/src/exits/verbatim.ts';
import { goesRed, holds, type Law, snippet } from './lib/go-red.ts';
import { nameOf, SOURCES, type SourceFile } from './lib/source.ts';

interface Exit {
  readonly file: RegExp;
  /** What leaves there, and what takes the secrets out of it. */
  readonly why: string;
}

const daemon = (path: string): RegExp => new RegExp(`^packages/daemon/src/${path}\\.ts$`);

const EXITS: readonly Exit[] = [
  { file: daemon('http/server'), why: 'every answer: `onSend` hands it to the exits' },
  {
    file: daemon('http/live/(connection|feed|sockets)'),
    why: 'WebSockets: `feed` hands each event to `exits.json`; refusals are constants',
  },
  {
    file: daemon('http/(mcp-answer|handlers/mcp)'),
    why: 'what the MCP endpoint says: whole, frame by frame or event by event, by the exits',
  },
  { file: daemon('http/static'), why: 'files of our own build, and a nonce' },
  { file: daemon('http/handlers/module-callback'), why: 'one of three pages that are constants' },
  { file: daemon('http/service'), why: 'headers and refusals that are constants' },
  { file: daemon('http/remote/service'), why: 'refusals: constants and the name in `remote.address`' },
  { file: daemon('http/events-stream'), why: 'live events: `exits.json`' },
  {
    file: daemon('notify/send-http'),
    why: 'messages to people: `shown.ts` hands every word to the exits; links and signatures are made to leave',
  },
  {
    file: daemon('http/handlers/export'),
    why: 'exports: `evidence/export/shown.ts` looks through each record, and through what a form made of it',
  },
  {
    file: daemon('evidence/forward/(syslog-wire|deliver)'),
    why: 'records to a collector that a person configured, shown as in an export; the bearer it names',
  },
  { file: daemon('exits/voice'), why: "the daemon's two streams: the exits" },
  { file: daemon('telemetry/log(-file)?'), why: 'castellan.log, 0600: lines that `log.ts` handed to the exits whole' },
  { file: daemon('state/digest-key'), why: 'digest.key, 0600: 32 random bytes and nothing else' },
  {
    file: daemon('identity/people/set-up'),
    why: 'setup-code, 0600: the one-time code and nothing else, until set-up is done',
  },
  { file: daemon('standstill/standstill'), why: 'panic.json, 0600: the time of a panic and nothing else' },
  { file: daemon('state/daemon-state'), why: "state.json, 0600: holds the local administrator's token by design" },
  { file: daemon('open-parts'), why: 'the first config.yaml: a constant' },
  { file: daemon('policy/(live-policy|change-config)'), why: 'config.yaml as a person changed it' },
  {
    file: daemon('policy/(rule-files|copy-policy)'),
    why: 'a rule file as a person wrote it, and a copy of the policy to try it in',
  },
  {
    file: daemon('modules/(changes|lock-files)'),
    why: 'locks and what a server said, word for word, for their digests are compared; and manifests, in which secrets have their names',
  },
  {
    file: daemon('scripts/keep/sources'),
    why: 'sources of scripts, byte for byte, for their digests are approved: one that holds a known secret is refused before',
  },
  {
    file: daemon('undo/packs/(pack-file|packs)'),
    why: 'what files held before calls changed them: sealed where it is private or a key is at hand, and read back by an undo alone',
  },
  {
    file: daemon('undo/restore/(apply|folder)'),
    why: 'files as they were, back to where they stood: at a person’s word, after the plan',
  },
  {
    file: daemon('backups/(copy-writer|copy-keys|restore)'),
    why: 'copies of the state, sealed, and their key where there is no passphrase; a state that is put back as it was copied',
  },
  { file: daemon('vault/.*'), why: 'the vault: sealed, and its key where nothing better keeps it' },
  {
    file: /^packages\/sandbox\/src\/two-users\/steps\.ts$/,
    why: 'who is who in an installation, its service, and programs of ours: made of ids and paths alone',
  },
  {
    file: /^packages\/gateway\/src\/model\/[a-z-]+\.ts$/,
    why: 'the broker: requests redacted, answers event by event or whole',
  },
  {
    file: /^packages\/gateway\/src\/mcp\/upstream\/(link|asked|start-server|process|stdio-transport|http-fetch)\.ts$/,
    why: 'to the server of a module: what the gate let through, and the secrets its manifest names, which are for it alone',
  },
  {
    file: /^packages\/gateway\/src\/mcp\/endpoint\/(server|socket)\.ts$/,
    why: 'to an MCP client: results by `gate.finish`, everything else by `gate.hide`, and the channel itself by the exits',
  },
  {
    file: /^packages\/gateway\/src\/egress\/(wire|body)\.ts$/,
    why: 'to the host of an approved script: what the gate let through, and the secrets a person lets go there; what comes back goes into memory',
  },
  {
    file: /^packages\/gateway\/src\/egress\/tunnel\/(answers|carry|plain|tunnels)\.ts$/,
    why: 'between a confined program and the place that was decided: its own bytes, mostly encrypted; what is said of ours is host, port and why',
  },
  {
    file: /^packages\/sandbox\/src\/workspace\/(helper|output|inside\/(main|write))\.ts$/,
    why: 'a helper inside of walls, and files of the workspace as an agent was allowed to write them: its results leave by the gateway',
  },
  {
    file: /^packages\/sandbox\/src\/limits\/(group|places)\.ts$/,
    why: 'files of control groups: numbers, and which processes',
  },
  {
    file: /^packages\/sandbox\/src\/workspace\/git-identity\.ts$/,
    why: "a session's own .gitconfig, 0600: the name and the address commits are by, and nothing else of the person's",
  },
  {
    file: /^packages\/sandbox\/src\/(frames|child\/channel|pool\/child)\.ts$/,
    why: 'pipes between the daemon and the confined child of one run: sources, and answers that were redacted for it; it is never given a value',
  },
  {
    file: /^packages\/ledger\/src\/(log\/ledger|disk\/[a-z-]+|note\/key-file)\.ts$/,
    why: 'entries that `records` redacted, and its own key',
  },
  { file: /^packages\/facts\/src\/write-file\.ts$/, why: 'the tool with which others in this table write a file' },
  {
    file: /^packages\/agents\/src\/files\.ts$/,
    why: "an agent's settings: hold its credential by design, 0600",
  },
  {
    file: /^packages\/client\/src\/(socket-transport|client|events|export)\.ts$/,
    why: 'requests to the daemon: its own door redacts what it keeps of them',
  },
  {
    file: /^packages\/web\/src\/connection\/(fetch-transport|web-socket)\.ts$/,
    why: 'a page to the daemon that it came from: its own door redacts what it keeps of it',
  },
  {
    file: /^packages\/web\/src\/pages\/terminal\/surface\.ts$/,
    why: 'no exit: onto the screen, what the daemon redacted',
  },
  { file: /^packages\/cli\/src\/output\.ts$/, why: 'what the command says' },
  {
    file: /^packages\/cli\/src\/(prompt|watch\/session|start-daemon|program\/create-program)\.ts$/,
    why: "questions, the screen over events that were redacted, the daemon's own lines, help",
  },
  {
    file: /^packages\/cli\/src\/session\/session-file\.ts$/,
    why: "no exit: this terminal's sign-in, kept for this user alone (0600)",
  },
  { file: /^packages\/cli\/src\/offline\/redact\.ts$/, why: 'the redactor itself' },
  {
    file: /^packages\/cli\/src\/offline\/(import|scan|[a-z-]*secrets?[a-z-]*)\.ts$/,
    why: 'files a person asked to have written',
  },
  { file: /^packages\/cli\/src\/(commands|secrets)\/[a-z/-]*\.ts$/, why: 'files a person asked to have written' },
  {
    file: daemon('terminals/terminals?'),
    why: 'to who watches: output by two filters, the rest by `exits.json`; to who holds it: what a person typed, as they typed it',
  },
  {
    file: /^packages\/agents\/src\/(launch-pty|terminal\/foreground)\.ts$/,
    why: "a person's own terminal and the agent's: what each says to the other, as without us",
  },
  {
    file: /^packages\/agents\/src\/terminal\/host-link\.ts$/,
    why: 'to the daemon over its own socket: it redacts what it keeps and shows',
  },
  {
    file: /^packages\/agents\/src\/hook-client\/(launch-candidate|stand-in)\.ts$/,
    why: 'the self-test of hook clients: constants, to a socket and a file that are gone a second later',
  },
  {
    file: /^packages\/agents\/bin\/castellan-hook\.mjs$/,
    why: "a client's own event to the daemon, and the daemon's answer, redacted there, back to that client",
  },
  {
    file: /^packages\/agents\/src\/codex\/launch-ask\.ts$/,
    why: 'to the program of Codex that is being connected: which hooks it has, asked of a folder; no credential is in it',
  },
  {
    file: /^packages\/agents\/src\/mcp-clients\/client-file\.ts$/,
    why: "a client's own file as its owner wrote it, with our entry in place of servers: what was in it, less what was moved",
  },
  {
    file: /^packages\/gateway\/src\/mcp\/install\/(npm\/install-npm|pypi\/install-pypi)\.ts$/,
    why: 'to the installers: an empty package.json, and names, versions and digests of packages',
  },
  {
    file: /^packages\/agents\/src\/mcp-link\/link\.ts$/,
    why: "a client's messages to the daemon over its own socket, and back what the daemon redacted",
  },
  {
    file: /^packages\/gateway\/src\/mcp\/endpoint\/http-legacy\.ts$/,
    why: 'to the door of the daemon, which looks through every answer: what the gate gave back of a call',
  },
  { file: /^packages\/secrets\/src\/redactor\.ts$/, why: 'no exit: text into a buffer in memory' },
  { file: /^packages\/cli\/bin\/castellan\.mjs$/, why: 'errors before there is a program: constants and a path' },
];

const FS = new Set(
  ['writeFile', 'appendFile', 'write', 'writev', 'copyFile', 'cp']
    .flatMap((name) => [name, `${name}Sync`])
    .concat('createWriteStream'),
);
const METHODS =
  /\.(write|writev|writeHead|send|writeFile|appendFile|pipe|pipeTo|pipeThrough|setHeader|writeFileSync|appendFileSync)$/;
const STREAM_END = /(out|outgoing|raw|response|reply|socket|stream|stdin|stdout|stderr)\.end$/i;
const CALLS = new Set(['fetch', 'pipeline', 'writeFileAtomic', 'globalThis.fetch']);

function exitsOf(file: SourceFile): readonly string[] {
  const taken = new Set(
    file.imports.flatMap(({ specifier, names }) =>
      /^(node:)?fs(\/promises)?$/.test(specifier) ? names.filter((name) => FS.has(name)) : [],
    ),
  );
  return file.nodes.flatMap((node) => {
    const name = node.type === 'CallExpression' ? nameOf(node.callee) : undefined;
    if (name === undefined) return [];
    const leaves = METHODS.test(name) || STREAM_END.test(name) || CALLS.has(name) || taken.has(name);
    return leaves ? [`${file.path}:${file.lineOf(node)} ${name}`] : [];
  });
}

const law: Law = (files) =>
  files
    .filter(({ path }) => !EXITS.some(({ file }) => file.test(path)))
    .flatMap(exitsOf)
    .map((at) => `${at} writes out of the product; hand the text to an exit, or add a row with what redacts it`);

verifies(['X2', 'G-S02'], 'bytes leave in the places of the table and nowhere else', () => holds(law, SOURCES));

test('every row of the table is still an exit', () => {
  const idle = EXITS.filter(({ file }) => !SOURCES.some((each) => file.test(each.path) && exitsOf(each).length > 0));
  expect(idle.map(({ file }) => file.source)).toEqual([]);
});

test('the law of the exits goes red', () => {
  goesRed(
    law,
    'packages/daemon/src/surfaces/x.ts',
    [
      "reply.raw.write('a');",
      'reply.send({ a: 1 });',
      "process.stdout.write('a');",
      "process.stderr.end('a');",
      "import { writeFileSync } from 'node:fs'; writeFileSync('a', 'b');",
      "import * as fs from 'node:fs'; fs.appendFileSync('a', 'b');",
      "await fetch('http://x');",
      "import { pipeline } from 'node:stream/promises'; await pipeline(a, b);",
      "writeFileAtomic('a', 'b', 0o600);",
      'socket.end(bytes);',
    ],
    ["import { readFileSync } from 'node:fs'; readFileSync('a');", "alarms.end('canary', id);", 'const write = 1;'],
  );
  expect(law([snippet('packages/daemon/src/exits/voice.ts', "stdout.write('a');")])).toEqual([]);
});

test('pin: the answers that hold what everything else hides', () => {
  expect(VERBATIM.map(({ route, member }) => `${route} ${member.join('.')}`)).toEqual([
    'setUp csrf',
    'setUp access',
    'setUp challenge',
    'signIn csrf',
    'signIn access',
    'signIn challenge',
    'signInFactor csrf',
    'signInFactor access',
    'signInFactor challenge',
    'passkeySignIn csrf',
    'passkeySignIn access',
    'passkeySignIn challenge',
    'join csrf',
    'join access',
    'join challenge',
    'signIn passkey',
    'passkeyOptions challenge',
    'passkeyOptions options',
    'accountFactor options',
    'passkeyAddOptions options',
    'approvalFactor options',
    'totpBegin secret',
    'totpBegin uri',
    'totpConfirm codes',
    'passkeyAdd codes',
    'recoveryCodes codes',
    'addUser invite',
    'addApiToken token',
    'refresh access',
    'ticket ticket',
    'connect credential',
    'modelKey key',
    'backUpVault backup',
    'callProof proof',
    'check arguments',
    'claudeHook hookSpecificOutput.updatedInput',
    'claudeHook hookSpecificOutput.decision.updatedInput',
    'codexHook hookSpecificOutput.updatedInput',
    'codexHook hookSpecificOutput.decision.updatedInput',
    'openCodeHook hookSpecificOutput.updatedInput',
    'openCodeHook hookSpecificOutput.decision.updatedInput',
  ]);
});
