// Our part of a TOML file of Codex: in, out again to the very bytes, and never beside something that says otherwise.
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { withOwn, withoutOwn } from '../src/codex/settings/own-part.ts';

const PART = {
  features: { hooks: true, unified_exec_tty: false },
  tables: '[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "\'/x\' \'a\'"\ntimeout = 9\n',
};
const put = (text: string): string => {
  const made = withOwn(text, PART);
  if ('why' in made) throw new Error(made.why);
  return made.text;
};

const TEXTS = [
  '',
  'model = "x"\n',
  'model = "x" # no newline at the end',
  '# mine\n[features]\nplugins = false # why\n\n[mcp_servers.a]\ncommand = "x"\n',
  '[features] # all of them',
  '[features]\nhooks = true\n',
  '[[hooks.PreToolUse]]\nmatcher = "Bash"\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "mine"\n',
  '[projects."/a b/c"]\r\ntrust_level = "trusted"\r\n',
];

test('in twice is in once, and out again gives the very bytes back', () => {
  for (const text of TEXTS) {
    const once = put(text);
    expect(put(once)).toBe(once);
    expect(withoutOwn(once)).toBe(text);
    expect(parse(once)).toMatchObject({ features: PART.features, hooks: {} });
  }
  expect(withoutOwn('model = "x"\n')).toBeNull();
});

test('what was there stays and comes first; what came after ours stays too', () => {
  const mine = TEXTS[6] ?? '';
  expect(parse(put(mine)).hooks).toMatchObject({ PreToolUse: [{ matcher: 'Bash' }, { hooks: [{ timeout: 9 }] }] });
  expect(withoutOwn(`${put('a = 1\n')}[later]\nb = 2\n`)).toBe('a = 1\n[later]\nb = 2\n');
  expect(withoutOwn(`${put('a = 1')}[later]\nb = 2\n`)).toBe('a = 1\n[later]\nb = 2\n');
});

test('a file that says otherwise, or in a form that ours cannot stand beside, is left alone', () => {
  for (const text of [
    'not toml = =',
    '[features]\nhooks = false\n',
    'features = { plugins = false }\n',
    'hooks = { PreToolUse = [] }\n',
    'features.plugins = false\n',
  ])
    expect(withOwn(text, PART)).toHaveProperty('why');
});

test('whatever the values, nothing else is said of them than before', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, value) => {
      const text = `${JSON.stringify(key)} = ${JSON.stringify(value)}\n`;
      const made = withOwn(text, PART);
      if ('why' in made) return;
      expect(parse(made.text)).toMatchObject(parse(text));
    }),
  );
});
