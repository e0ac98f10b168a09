// Where the world may be touched. Each power has the few places that hold it; everywhere else it arrives as an argument.
// Waiting is not a clock: `setTimeout` and `AbortSignal.timeout` may be used outside the pure packages, because a wait that
// is a little long harms nobody, while a time that is read decides things. Making a signing key draws randomness inside
// `node:crypto` and is no random value of ours; it is not counted either.
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';
import { DOORS } from '../../tools/docs/privacy/doors.ts';
import { goesRed, holds, type Law, snippet } from './lib/go-red.ts';
import { isNode, nameOf, SOURCES, type SourceFile, type SyntaxNode } from './lib/source.ts';

interface Power {
  readonly name: string;
  /** Paths that hold it. */
  readonly holders: readonly RegExp[];
  /** Why nobody else. */
  readonly why: string;
  readonly modules?: readonly string[];
  /** Of the registry, that do it for whoever imports them. */
  readonly packages?: readonly string[];
  /** Names that may not be taken from any module. */
  readonly imports?: readonly string[];
  /** Called or constructed: a whole name (`Date.now`), or the end of one (`.listen`). */
  readonly calls?: readonly string[];
  readonly matches?: (node: SyntaxNode) => boolean;
}

const PURE = /^packages\/(contract|starlark|shell|policy)\//;

const called = (node: SyntaxNode): string | undefined =>
  node.type === 'CallExpression' || node.type === 'NewExpression' ? nameOf(node.callee) : undefined;

/** Of `http` and `net`: what listens, and what is only a word or a list. */
const NOT_OUTWARD: ReadonlySet<string> = new Set([
  'createServer',
  'Server',
  'STATUS_CODES',
  'BlockList',
  'isIP',
  'isIPv4',
  'isIPv6',
]);
const HTTP_OR_NET = /^(?:node:)?(?:https?|net)$/;

/** Takes a way out of a module that also has ways in. */
function takesConnections(node: SyntaxNode): boolean {
  if (node.type !== 'ImportDeclaration' && node.type !== 'ImportExpression') return false;
  const { source } = node;
  if (!isNode(source) || !HTTP_OR_NET.test(String(source.value))) return false;
  if (node.type === 'ImportExpression') return true;
  if (node.importKind === 'type' || !Array.isArray(node.specifiers)) return false;
  return node.specifiers.some(
    (each) =>
      isNode(each) &&
      each.importKind !== 'type' &&
      !(isNode(each.imported) && NOT_OUTWARD.has(String(each.imported.name))),
  );
}

const POWERS: readonly Power[] = [
  {
    name: 'starting a process',
    holders: [
      /^packages\/sandbox\/src\//,
      /^packages\/gateway\/src\//,
      /^packages\/agents\/src\/(.+\/)?launch[^/]*(\/.+)?\.ts$/,
      // Starts the daemon; opens $EDITOR; starts itself again under the Node it needs.
      /^packages\/cli\/src\/(.+\/)?(start-daemon|editor)\.ts$/,
      /^packages\/cli\/bin\/castellan\.mjs$/,
      // Shows a notification on the desktop (H3): `notify-send` or `osascript`, nothing else.
      /^packages\/daemon\/src\/notify\/show-on-desktop\.ts$/,
    ],
    why: 'a process started anywhere else is one that nobody confines',
    modules: ['child_process', 'cluster'],
    calls: ['process.execve', 'process.dlopen'],
    matches: (node) =>
      (node.type === 'ImportDeclaration' || node.type === 'ImportExpression') &&
      node.importKind !== 'type' &&
      isNode(node.source) &&
      /node-pty/.test(String(node.source.value)),
  },
  {
    name: 'listening on a socket',
    holders: [
      /^packages\/daemon\/src\/http\/listeners\.ts$/,
      // A Unix socket in a folder of its own, for the second in which `connect` tries which hook client works here.
      /^packages\/agents\/src\/hook-client\/stand-in\.ts$/,
    ],
    why: 'one file decides what the network can reach (N1, N2)',
    modules: ['dgram', 'http2'],
    calls: [
      '.listen',
      'createServer',
      '.createServer',
      'createSecureServer',
      '.createSecureServer',
      'Server',
      '.Server',
    ],
  },
  {
    name: 'connecting out',
    // To where, when and with what: rows of the Privacy page.
    holders: DOORS.map(({ file }) => file),
    why: 'with default settings nothing leaves this machine (N4), and what leaves passes one door',
    packages: ['nodemailer'],
    modules: ['tls', 'dns', 'dns/promises', 'dgram', 'http2', 'undici'],
    calls: ['fetch', 'globalThis.fetch', 'WebSocket', 'globalThis.WebSocket', 'EventSource'],
    matches: takesConnections,
  },
  {
    name: 'reading the clock',
    // The command line makes its world (clock, streams, environment) in its entry and hands it on.
    // A page has one of its own, to show how long something waits; it decides nothing. Nor does what is timed of hook clients
    // that all do the same.
    holders: [
      /^packages\/daemon\/src\/clock\.ts$/,
      /^packages\/cli\/bin\/castellan\.mjs$/,
      /^packages\/web\/src\/clock\.ts$/,
      /^packages\/agents\/src\/hook-client\/choose\.ts$/,
    ],
    why: 'a decision that reads the time itself cannot be replayed or tested',
    modules: ['perf_hooks'],
    calls: ['Date.now', 'performance.now', 'process.hrtime', 'process.hrtime.bigint', 'process.uptime'],
    // `new Date(text)` reads no clock; `new Date()` and `Date()` do.
    matches: (node) =>
      called(node) === 'Date' &&
      (node.type === 'CallExpression' || (Array.isArray(node.arguments) && node.arguments.length === 0)),
  },
  {
    name: 'drawing randomness',
    holders: [/^packages\/daemon\/src\/clock\.ts$/, /^packages\/cli\/bin\/castellan\.mjs$/],
    why: 'ids and tokens come from one place, so that they can be fixed in a test and found in a review',
    imports: ['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues', 'webcrypto'],
    calls: [
      'Math.random',
      '.randomBytes',
      '.randomUUID',
      '.randomInt',
      '.randomFill',
      '.randomFillSync',
      '.getRandomValues',
    ],
  },
  {
    name: 'running text as code',
    holders: [],
    why: 'there is no text here that deserves it',
    modules: ['vm', 'repl', 'inspector'],
    calls: ['eval', 'Function', '.compileFunction'],
  },
  {
    name: 'writing to the console',
    holders: [],
    why: 'output is a format that somebody reads: cli has a helper for it, the daemon has its log',
    calls: [
      'console.log',
      'console.error',
      'console.warn',
      'console.info',
      'console.debug',
      'console.table',
      'console.dir',
    ],
  },
];

const isCalled = (name: string, pattern: string): boolean =>
  pattern.startsWith('.') ? name.endsWith(pattern) : name === pattern || name === `globalThis.${pattern}`;

/** A specifier without `node:` and without its sub-path. */
const moduleOf = (specifier: string): string => specifier.replace(/^node:/, '').split('/')[0] ?? '';
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);

function usesOf(power: Power, file: SourceFile): readonly string[] {
  const imports = file.imports.flatMap(({ specifier, names, line }) => {
    if (power.packages?.includes(specifier) === true) return [`${file.path}:${line}`];
    if (!isBuiltin(specifier)) return [];
    const module = power.modules?.includes(moduleOf(specifier)) === true;
    return module || names.some((name) => power.imports?.includes(name)) ? [`${file.path}:${line}`] : [];
  });
  const calls = file.nodes.flatMap((node) => {
    const name = called(node);
    const named = name !== undefined && power.calls?.some((pattern) => isCalled(name, pattern)) === true;
    return named || power.matches?.(node) === true ? [`${file.path}:${file.lineOf(node)}`] : [];
  });
  return [...imports, ...calls];
}

const lawOf =
  (power: Power): Law =>
  (files) =>
    files
      .filter((file) => !power.holders.some((holder) => holder.test(file.path)))
      .flatMap((file) => usesOf(power, file))
      .map((at) => `${at} ${power.name} belongs to ${power.holders.join(' or ') || 'nobody'}: ${power.why}`);

/** The pure packages run in a browser: nothing of Node, no timers, no ambient process. */
const pure: Law = (files) =>
  files
    .filter((file) => PURE.test(file.path))
    .flatMap((file) => [
      ...file.imports.filter(({ specifier }) => isBuiltin(specifier)).map(({ line }) => `${file.path}:${line}`),
      ...file.nodes
        .filter((node) => {
          const object = node.type === 'MemberExpression' ? nameOf(node.object) : called(node);
          return object !== undefined && AMBIENT.includes(object);
        })
        .map((node) => `${file.path}:${file.lineOf(node)}`),
    ])
    .map((at) => `${at} a pure package touches Node or the world; let it arrive as an argument`);

const AMBIENT = [
  'process',
  'Buffer',
  'require',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
];

const power = (name: string): Power => {
  const found = POWERS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no power \`${name}\``);
  return found;
};

test('contract, starlark, shell and policy are pure', () => {
  expect(SOURCES.some((file) => PURE.test(file.path))).toBe(true);
  holds(pure, SOURCES);
});

test.for(POWERS)('$name belongs to its holders', (each) => holds(lawOf(each), SOURCES));

test('the law of purity goes red', () => {
  goesRed(
    pure,
    'packages/policy/src/x.ts',
    [
      "import { readFileSync } from 'node:fs';",
      "import fs from 'fs';",
      "export * from 'node:path';",
      "const fs = await import('node:fs');",
      'const home = process.env.HOME;',
      "const bytes = Buffer.from('a');",
      'setTimeout(() => {}, 1);',
    ],
    [
      "import { z } from 'zod';",
      '// import fs from "node:fs"',
      "const text = 'process.env';",
      'const a = call.process;',
    ],
  );
});

test('the laws of the powers go red', () => {
  const path = 'packages/facts/src/x.ts';
  goesRed(lawOf(power('starting a process')), path, [
    "import { spawn } from 'node:child_process';",
    "import * as c from 'child_process';",
    "const c = await import('node:child_process');",
    "import { spawn } from '@lydell/node-pty';",
    "const pty = await import('@lydell/node-pty');",
  ]);
  goesRed(
    lawOf(power('listening on a socket')),
    path,
    [
      'server.listen(1);',
      'await app.listen({ port: 0 });',
      "import { createServer } from 'node:net'; createServer();",
      'net.createServer();',
      'new Server();',
    ],
    ["import { connect } from 'node:net'; connect('/run/x');"],
  );
  goesRed(
    lawOf(power('connecting out')),
    path,
    [
      "import { request } from 'node:http';",
      "import http from 'http';",
      "import * as net from 'node:net';",
      "const net = await import('node:net');",
      "import { get } from 'node:https';",
      "import https from 'node:https';",
      "import { lookup } from 'node:dns/promises';",
      "await fetch('http://x');",
      "new WebSocket('ws://x');",
      "import { createTransport } from 'nodemailer';",
    ],
    [
      "import type { IncomingMessage } from 'node:http';",
      "import { createServer } from 'node:http';",
      "import { createServer } from 'node:https';",
      'await prefetch(1);',
    ],
  );
  goesRed(
    lawOf(power('reading the clock')),
    path,
    [
      'Date.now();',
      'new Date();',
      'Date();',
      'globalThis.Date.now();',
      'performance.now();',
      'process.hrtime.bigint();',
    ],
    ["new Date('2026-01-01');", 'const d: Date = at;', 'clock.now();', 'const now = () => 1; now();', '// Date.now()'],
  );
  goesRed(
    lawOf(power('drawing randomness')),
    path,
    [
      'Math.random();',
      "import { randomBytes as bytes } from 'node:crypto';",
      'crypto.randomUUID();',
      'globalThis.crypto.getRandomValues(a);',
    ],
    ["import { createHash, generateKeyPairSync } from 'node:crypto';"],
  );
  goesRed(lawOf(power('running text as code')), path, [
    "eval('1');",
    "new Function('a');",
    "import { runInNewContext } from 'node:vm';",
  ]);
  goesRed(lawOf(power('writing to the console')), path, ["console.log('a');"], ["output.log('a');"]);
});

test('a holder is let through', () => {
  const listeners = snippet('packages/daemon/src/http/listeners.ts', 'app.listen(1);');
  expect(lawOf(power('listening on a socket'))([listeners])).toEqual([]);
});
