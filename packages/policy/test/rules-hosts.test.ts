// Which hosts a list of hosts means, written as somebody who wants another host to pass for one of them.
import { describe, expect, test } from 'vitest';
import { canonicalEntry, inHosts } from '../src/cel/hosts.ts';

describe('inHosts', () => {
  const rows: readonly (readonly [target: string, entry: string, expected: boolean])[] = [
    ['example.org', 'example.org', true],
    ['example.org:443', 'example.org', true],
    ['EXAMPLE.org.:443', 'example.org', true],
    ['example.org:443', 'example.org:443', true],
    ['example.org:8443', 'example.org:443', false],
    ['example.org:443', 'https://example.org', true],
    ['example.org:443', 'https://example.org/login', true],
    ['www.example.org:443', '*.example.org', true],
    ['a.b.example.org', '*.example.org', true],
    ['anything.test', '*', true],
    ['[::1]:443', '[::1]', true],
    ['example.org', '*.example.org', false],
    ['www.example.org', 'example.org', false],
    ['evil-example.org', 'example.org', false],
    ['evil-example.org', '*.example.org', false],
    ['evilexample.org', '*.example.org', false],
    ['example.org.evil.test', 'example.org', false],
    ['example.org.evil.test', '*.example.org', false],
    ['.example.org', '*.example.org', false],
    ['example.com', 'example.*', false],
    ['example.org', 'exam*.org', false],
    ['https://example.org@evil.test/', 'example.org', false],
    ['https://evil.test\\@www.example.org/', '*.example.org', false],
    ['https://www.example.org/a?b', '*.example.org', true],
    ['https://example.org/a', 'example.org:443', true],
    ['http://example.org/a', 'example.org:443', false],
    ['http://example.org:443/a', 'example.org:443', true],
    ['example.org:80', 'https://example.org', true],
    ['the page shown', '*', false],
    ['example.org:443', '*.org:443', true],
    ['example.org:80', '*.org:443', false],
    ['', '*', false],
    ['', '', false],
    ['example.org', '', false],
  ];
  for (const [target, entry, expected] of rows) {
    test(`${target} in ${entry}: ${expected}`, () => expect(inHosts(target, [entry])).toBe(expected));
  }
});

test('entries are read as effects write hosts', () => {
  expect(canonicalEntry('Bücher.example')).toBe('xn--bcher-kva.example');
  expect(canonicalEntry('*.Bücher.example:8080')).toBe('*.xn--bcher-kva.example:8080');
  expect(canonicalEntry('0x7f000001')).toBe('127.0.0.1');
  expect(canonicalEntry('https://[::1]:3000')).toBe('[::1]:3000');
  expect(canonicalEntry('*')).toBe('*');
});
