// What is sealed opens with its key and with nothing else; whatever is changed, cut or put together from two is refused.
import { randomBytes } from 'node:crypto';
import { argon2Schema, type KeySlot, type SealSchema } from '@castellan/contract';
import {
  fingerprintOf,
  keyOfPassphrase,
  newArgon2,
  readSealed,
  type SealKey,
  seal,
  sealKeyOf,
  unseal,
} from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const VAULT = 'castellan/vault/v1';
const key = sealKeyOf(Buffer.alloc(32, 7));
const other = sealKeyOf(Buffer.alloc(32, 8));
const slotOf = ({ id }: SealKey): KeySlot => ({ source: 'file', id, name: `0123456789abcdef-${id}` });
const sealed = (plain: string, by = key, schema: SealSchema = VAULT): string =>
  seal(schema, Buffer.from(plain), slotOf(by), by, randomBytes);
const open = (text: string, by = key, schema: SealSchema = VAULT): string => {
  const opened = unseal(schema, text, by);
  return opened.ok ? `open: ${opened.plain.toString()}` : opened.fault;
};

test('any text opens with its key, and nothing of it stands in the open', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 300, unit: 'binary' }), (plain) => {
      const text = sealed(plain);
      expect(open(text)).toBe(`open: ${plain}`);
      expect(text).not.toContain(plain);
      expect(text).not.toContain(Buffer.from(plain).toString('base64').replaceAll('=', ''));
    }),
  );
  expect(open(sealed(''))).toBe('open: ');
});

test('the same text sealed twice is two texts', () => {
  const texts = Array.from({ length: 20 }, () => sealed('the same'));
  const bodies = texts.map((text) => text.slice(text.indexOf('\n')).slice(0, 20));
  expect(new Set(bodies).size).toBe(20);
  expect(
    new Set(texts.map((text) => (JSON.parse(text.split('\n')[0] ?? '') as { dataKey: string }).dataKey)).size,
  ).toBe(20);
});

test('another key opens nothing, and is named as what is wrong', () => {
  expect(open(sealed('hidden'), other)).toBe('wrong-key');
});

test('every changed byte is refused, each of them tried', () => {
  const bytes = Buffer.from(sealed('hidden in here'));
  const opened: string[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    for (const flip of [0x01, 0x02, 0x20, 0x80, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ flip;
      if (open(changed.toString('utf8')).startsWith('open')) opened.push(`${at} ^ ${flip}`);
    }
  }
  expect(opened).toEqual([]);
  expect(bytes.length).toBeGreaterThan(200);
});

test('every truncation is refused, and so is whatever is put in', () => {
  const text = sealed('hidden in here');
  for (let length = 0; length < text.length; length += 1) {
    const result = open(text.slice(0, length));
    expect(result === 'truncated' || result === 'tampered', `${length}: ${result}`).toBe(true);
    if (length > text.indexOf('\n') || length === 0) expect(result).toBe('truncated');
  }
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ minLength: 1, maxLength: 20 }), (at, added) => {
      expect(open(text.slice(0, at) + added + text.slice(at))).not.toMatch(/^open/);
    }),
  );
});

test('a header cannot be moved to another text, nor a text to another use', () => {
  const [first, second] = [sealed('one'), sealed('two')];
  const head = (text: string) => text.slice(0, text.indexOf('\n'));
  expect(open(head(first) + second.slice(second.indexOf('\n')))).toBe('tampered');
  expect(open(sealed('one', key, 'castellan/backup/v1'))).toBe('other-version');
  expect(open(first.replace('/vault/', '/backup/'), key, 'castellan/backup/v1')).toBe('tampered');
  expect(open(first.replace('v1', 'v2'))).toBe('other-version');
  // Where its key is kept is no detail: a header that sends us to another place is refused.
  expect(open(first.replace('"file"', '"keychain"'))).toBe('tampered');
  for (const text of ['', '{}', '{}\n', 'null\n', '[]\n', '\n', '{"schema":1}\n', 'x'.repeat(1000)])
    expect(open(text), text).toMatch(/truncated|tampered/);
});

test('a passphrase opens what it sealed, however its letters are composed', async () => {
  const argon2 = newArgon2(randomBytes);
  const made = await keyOfPassphrase('caf\u00e9 caf\u00e9 caf\u00e9', argon2);
  const text = seal(VAULT, Buffer.from('hidden'), { source: 'passphrase', id: made.id, argon2 }, made, randomBytes);
  const read = readSealed(VAULT, text);
  if (!read.ok || read.header.key.source !== 'passphrase') throw new Error('no passphrase');
  const again = await keyOfPassphrase('cafe\u0301 cafe\u0301 cafe\u0301', read.header.key.argon2);
  expect(open(text, again)).toBe('open: hidden');
  expect(open(text, await keyOfPassphrase('cafe cafe cafe', argon2))).toBe('wrong-key');
});

test('a header cannot make a passphrase cheap to guess, nor dear to try', async () => {
  expect(newArgon2(randomBytes)).toMatchObject({ memoryKiB: 65_536, passes: 3, lanes: 4 });
  const argon2 = newArgon2(randomBytes);
  const made = await keyOfPassphrase('correct horse', argon2);
  const text = seal(VAULT, Buffer.from('hidden'), { source: 'passphrase', id: made.id, argon2 }, made, randomBytes);
  for (const weak of ['"memoryKiB":8', '"memoryKiB":65535', '"memoryKiB":99999999'])
    expect(readSealed(VAULT, text.replace('"memoryKiB":65536', weak)), weak).toMatchObject({
      ok: false,
      fault: 'tampered',
    });
  for (const bad of [{ passes: 2 }, { lanes: 1 }, { lanes: 17 }, { passes: 33 }, { salt: 'AA==' }])
    expect(argon2Schema.safeParse({ ...argon2, ...bad }).success, JSON.stringify(bad)).toBe(false);
});

test('a key has 32 bytes; its id is not the key', () => {
  expect(() => sealKeyOf(Buffer.alloc(16))).toThrow(RangeError);
  expect(key.id).toMatch(/^[0-9a-f]{16}$/);
  expect(key.bytes.equals(Buffer.alloc(32, 7))).toBe(false);
  expect(key.id).not.toBe(other.id);
});

test('a fingerprint tells values apart and needs its key', () => {
  const one = 'ab'.repeat(32);
  expect(fingerprintOf(one, 'a value')).toBe(fingerprintOf(one, 'a value'));
  expect(fingerprintOf(one, 'a value')).not.toBe(fingerprintOf(one, 'a valuf'));
  expect(fingerprintOf(one, 'a value')).not.toBe(fingerprintOf('cd'.repeat(32), 'a value'));
  expect(fingerprintOf(one, 'a value')).toMatch(/^[0-9a-f]{16}$/);
});

test('what the first version wrote opens for ever', () => {
  const text = [
    '{"schema":"castellan/vault/v1","key":{"source":"file","id":"8735afbfd8d41eec","name":"0123456789abcdef-8735afbfd8d41eec"},"dataKey":"AgICAgICAgICAgIC6l0B+t7DcJNUUTOw2VKW3CE5CgFhkmnPSDg34hjV+WpBwUt6gSf0sVQ2yA0cF8Lq","length":76}',
    'AwMDAwMDAwMDAwMDmUFi+4roQ0nCmsYTpHwEztFB0jmnuafA33nSKL03sglv/7diLqc2xOvB7yM=',
    '',
  ].join('\n');
  expect(open(text)).toBe('open: a vault of the first version');
});
