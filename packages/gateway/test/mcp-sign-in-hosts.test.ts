// Which addresses of an authorization server belong together: what the attacker names beside its own is never taken for one.
import { expect, test } from 'vitest';
import { isOneOwner } from '../src/mcp/sign-in/hosts.ts';

const isOne = (one: string, other: string): boolean => isOneOwner(new URL(one), new URL(other));

test('one origin, or hosts below one registered name by https', () => {
  for (const [one, other] of [
    ['https://login.example.com/tenant', 'https://login.example.com/token'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/token'],
    ['https://api.example.com', 'https://www.example.com/oauth'],
    ['https://example.com', 'https://auth.example.com'],
    ['https://api.example.co.uk', 'https://www.example.co.uk'],
    ['https://auth.service.io', 'https://api.service.io'],
  ] as const)
    expect(isOne(one, other), `${one} ${other}`).toBe(true);
});

test('never another name, another port, a shared suffix, a number or a way without TLS', () => {
  for (const [one, other] of [
    ['https://evil.test', 'https://bank.test'],
    ['https://evil.com', 'https://evil.com.bank.com'],
    ['https://example.com.evil.com', 'https://example.com'],
    ['https://notexample.com', 'https://example.com'],
    ['https://evil.co.uk', 'https://bank.co.uk'],
    ['https://evil.com.au', 'https://bank.com.au'],
    ['https://evil.workers.dev', 'https://bank.workers.dev'],
    ['https://evil.github.io', 'https://bank.github.io'],
    ['https://evil.vercel.app', 'https://bank.vercel.app'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4001'],
    ['https://10.0.0.1', 'https://10.9.0.1'],
    ['https://[::1]', 'https://[::2]'],
    ['http://localhost:4000', 'http://localhost:4001'],
    ['https://api.example.com', 'https://api.example.com:8443'],
    ['https://api.example.com', 'http://www.example.com'],
    ['https://com', 'https://bank.com'],
    ['https://evil.com.', 'https://bank.com.'],
  ] as const) {
    expect(isOne(one, other), `${one} ${other}`).toBe(false);
    expect(isOne(other, one), `${other} ${one}`).toBe(false);
  }
});
