// The quick answer to a condition is CEL's answer or none: compared on random conditions and random arguments.

import type { Effect, Flow, JsonObject, SessionFacts } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Context } from '../src/cel/condition.ts';
import { environment } from '../src/cel/environment.ts';
import { quickOf } from '../src/cel/quick.ts';
import { call, config, effect } from './fixtures.ts';

const text = fc.constantFrom('"a"', '"ab"', '""', '"*b"', '"kit"', '"hook"');
const operand = fc.constantFrom(
  'call.args.x',
  'call.args.y',
  'call.args["x"]',
  'call.origin',
  'call.module',
  'call.name',
);
const leaf = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom('contains', 'startsWith', 'endsWith', 'like'), text)
    .map(([a, f, b]) => `${a}.${f}(${b})`),
  fc.tuple(operand, fc.constantFrom('==', '!='), text).map((parts) => parts.join(' ')),
  fc.constantFrom(
    'has(call.args.x)',
    'has(call.args.constructor)',
    'call.args.n == 1',
    'call.args.flag',
    'true',
    'call.subagent',
    'call.script == "nightly"',
  ),
  fc.constantFrom(
    '"x" in call.args',
    'session.interactive',
    'session.page_credentials',
    '"private" in session.seen',
    '["a", "b*"].exists(v, call.args.x.like(v))',
    '["a", "b"].all(v, call.args.y.contains(v))',
    'session.page_host.inHosts(config.browser_hosts)',
    'effects.size() > 1',
  ),
);
const ofEffect = fc.oneof(
  fc
    .tuple(fc.constantFrom('kind', 'target', 'target_kind', 'place', 'certainty', 'resource', 'note'), text)
    .map(([field, literal]) => `e.${field} == ${literal}`),
  fc.constantFrom(
    'e.kind in ["read", "send"]',
    'e.resource in ["", "message"]',
    'e.recursive',
    '!e.undoable',
    'e.target in session.fresh',
    'e.target == call.workspace',
    'e.target != call.args.x',
    'e.target.lower().endsWith("a.txt")',
    '["/.git/", "A.txt"].exists(v, e.target.contains(v))',
    'e.target.inHosts(["*.example.org", "example.net:443"])',
    'e.target.inHosts(config.browser_hosts)',
    'e.kind.size() > 4',
  ),
);
const ofFlow = fc.constantFrom(
  'f.label == "private"',
  'f.encoded',
  'f.whole',
  'f.source.endsWith("a")',
  'f.length > 3',
);
const bothOf = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(inner, fc.constantFrom('&&', '||', '&& !'), inner).map(([a, op, b]) => `(${a} ${op}(${b}))`);
const loops = fc.oneof(
  fc.tuple(fc.constantFrom('exists', 'all'), bothOf(ofEffect)).map(([name, body]) => `effects.${name}(e, ${body})`),
  bothOf(ofEffect).map((body) => `effects.filter(e, ${body}).size() > 1`),
  fc.tuple(fc.constantFrom('exists', 'all'), bothOf(ofFlow)).map(([name, body]) => `session.flows.${name}(f, ${body})`),
);
const someEffects: fc.Arbitrary<readonly Effect[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom<Effect['kind']>('read', 'write', 'send'),
      fc.constantFrom('/home/user/project', '/home/user/project/a.txt', 'www.example.org:443', 'example.net', 'a'),
      fc.constantFrom<Effect['resource']>(undefined, 'message', 'credentials'),
      fc.constantFrom(undefined, true, false),
    )
    .map(([kind, target, resource, flag]) =>
      effect(kind, {
        target,
        ...(resource === undefined ? {} : { resource }),
        ...(flag === undefined ? {} : { recursive: flag, undoable: !flag }),
      }),
    ),
  { maxLength: 4 },
);
const someSession: fc.Arbitrary<SessionFacts> = fc.record({
  interactive: fc.boolean(),
  flows: fc.array(
    fc.record({
      label: fc.constantFrom<Flow['label']>('private', 'untrusted', 'user'),
      source: fc.constantFrom('a', 'b'),
      argument: fc.constant('/x'),
      encodings: fc.constantFrom<Flow['encodings']>([], ['base64']),
      whole: fc.boolean(),
      length: fc.nat(9),
    }),
    { maxLength: 3 },
  ),
  seen: fc.constantFrom<SessionFacts['seen']>([], ['private'], ['untrusted', 'private']),
  fresh: fc.constantFrom([], ['/home/user/project/a.txt']),
  page: fc.constantFrom(null, { host: 'example.org', credentials: true }, { host: 'b.test', credentials: false }),
});
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    leaf,
    loops,
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((inner) => `!(${inner})`),
  ),
}));
const someArguments = fc.dictionary(
  fc.constantFrom('x', 'y', 'n', 'flag', 'constructor'),
  fc.constantFrom<JsonObject[string]>('a', 'ab', 'b', '', 1, true, false, null, ['a'], { a: 'b' }),
) as fc.Arbitrary<JsonObject>;

const CONFIG = config({ browser: { hosts: ['example.org', '*.example.org'] } });

test('quick answers are what CEL answers', () => {
  let answered = 0;
  fc.assert(
    fc.property(condition, someArguments, someEffects, someSession, (source, args, effects, session) => {
      const parsed = environment.parse(source);
      const quick = quickOf(parsed.ast);
      if (!parsed.check().valid) return;
      const input = {
        call: call('kit', 'risky', args),
        effects,
        session,
        config: CONFIG,
        moduleName: 'kit',
      };
      const context = new Context({ ...input, manifest: null, toolClass: 'critical' });
      const told = quick?.(context);
      if (told === undefined) return;
      answered += 1;
      expect(told, source).toBe(parsed(context));
    }),
    { numRuns: 5000 },
  );
  expect(answered).toBeGreaterThan(1000);
});
