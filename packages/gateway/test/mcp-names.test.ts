// Names at the endpoint of all modules, and which addresses fit a pattern.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uriMatcher } from '../src/mcp/definitions/index.ts';
import { modulePart, parseModulePart, shownName } from '../src/mcp/endpoint/names.ts';

const moduleName = fc.stringMatching(/^[a-z0-9][a-z0-9_:-]{0,20}$/);
const toolName = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}$/);

describe('names', () => {
  test('say their module, fit every client, and are of one thing only', () => {
    fc.assert(
      fc.property(moduleName, toolName, moduleName, toolName, (module, tool, other, another) => {
        const name = shownName(module, tool);
        expect(name).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
        expect(name).toBe(shownName(module, tool));
        if (module !== other || tool !== another) expect(name).not.toBe(shownName(other, another));
      }),
    );
  });

  test('a module cannot take the name of another by the place of the underscores', () => {
    const names = [shownName('a', 'b__c'), shownName('a__b', 'c'), shownName('a_', '_b'), shownName('a', '__b')];
    expect(new Set(names).size).toBe(4);
    expect(shownName('github', 'create_issue')).toBe('github__create_issue');
    expect(shownName('m', 'x'.repeat(100))).toMatch(/^m__x{52}_[0-9a-f]{8}$/);
  });

  test('an address with its module is taken apart as it was made', () => {
    fc.assert(
      fc.property(moduleName, fc.string({ minLength: 1 }), (module, uri) => {
        expect(parseModulePart(modulePart(module, uri))).toEqual({ module, uri });
      }),
    );
    expect(parseModulePart('castellan:%zz:x')).toBeNull();
    expect(parseModulePart('file:///x')).toBeNull();
  });
});

const fitsAt = (pattern: string, uri: string): boolean | undefined =>
  uriMatcher(pattern)?.fits(uri, { left: Number.MAX_SAFE_INTEGER });

describe('patterns', () => {
  test.each([
    ['note://{name}', 'note://one', true],
    ['note://{name}', 'note://', false],
    ['note://{name}', 'note://a/b', false],
    ['note://{name}', 'file://one', false],
    ['file:///{+path}', 'file:///a/b?c', true],
    ['db://{table}/{id}', 'db://users/7', true],
    ['db://{table}/{id}', 'db://users', false],
    ['q://find{?a,b}', 'q://find', true],
    ['q://find{?a,b}', 'q://find?a=1&b=2', true],
    ['q://find{?a,b}', 'q://findings', false],
    ['x://{a}-{b}', 'x://1-2-3', true],
    ['x://{a}.json', 'x://name.json', true],
    ['x://{a}.json', 'x://name.jsonx', false],
    ['x://plain', 'x://plain', true],
  ])('%s and %s', (pattern, uri, fits) => {
    expect(fitsAt(pattern, uri)).toBe(fits);
  });

  test('whatever is put in for simple variables fits', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), fc.constantFrom('/', '-', ''), (values, between) => {
        const pattern = `t://${values.map((_, n) => `{v${n}}`).join(between)}`;
        expect(fitsAt(pattern, `t://${values.join(between)}`)).toBe(true);
      }),
    );
  });

  test('a pattern made to be slow is none, or costs what its budget has and no more', () => {
    expect(uriMatcher(`x://${'{a}'.repeat(60)}!`)).toBeNull();
    expect(uriMatcher('x://{a}}')).toBeNull();
    const slow = uriMatcher(`x${'{a}x'.repeat(7)}`);
    const uri = 'x'.repeat(2_000);
    const steps = { left: 100_000 };
    expect(slow?.fits(uri, steps)).toBe(true);
    expect(steps.left).toBeGreaterThan(100_000 - 16 * 2_001);
    const few = { left: 5_000 };
    expect(slow?.fits(uri, few)).toBe(false);
    expect(few.left).toBeGreaterThanOrEqual(-2_001);
  });
});
