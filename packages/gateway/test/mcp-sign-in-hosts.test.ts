// Which addresses of an authorization server belong together: what the attacker names beside its own is never taken for one.
import { mcpHttpSchema, parserOf } from '@castellan/contract';
import { expect, test } from 'vitest';
import { isOneOwner, strangerOf } from '../src/mcp/sign-in/hosts.ts';

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

const server = (hosts: readonly [issuer: string, page: string, tokens: string, others?: string]) => ({
  issuer: `https://${hosts[0]}`,
  authorizationEndpoint: `https://${hosts[1]}/auth`,
  tokenEndpoint: `https://${hosts[2]}/token`,
  registrationEndpoint: hosts[3] === undefined ? null : `https://${hosts[3]}/register`,
  revocationEndpoint: hosts[3] === undefined ? null : `https://${hosts[3]}/revoke`,
  authMethods: [],
  saysIssuer: true,
});
const GOOGLE = server(['accounts.google.com', 'accounts.google.com', 'oauth2.googleapis.com', 'oauth2.googleapis.com']);
const NAMED = ['accounts.google.com', 'oauth2.googleapis.com'];

test('hosts of two owners belong together where a person named every one of them', () => {
  expect(strangerOf(GOOGLE, undefined)).toBe('oauth2.googleapis.com');
  expect(strangerOf(GOOGLE, NAMED)).toBeNull();
  expect(strangerOf(GOOGLE, NAMED.slice(0, 1))).toBe('oauth2.googleapis.com');
  expect(strangerOf(GOOGLE, NAMED.slice(1))).toBe('accounts.google.com');
});

test('with hosts named, nothing beside them is meant: not one of the same owner, not one below, above or alike', () => {
  const [page = '', tokens = ''] = NAMED;
  for (const strange of [
    'oauth2.googleapis.com.evil.test',
    'evil.oauth2.googleapis.com',
    'googleapis.com',
    'www.google.com',
    'oauth2.googleapis.com:8443',
    'oauth2.googleapis.com.',
    'oauth2-googleapis.com',
  ])
    for (const each of [
      server([strange, page, tokens]),
      server([page, strange, tokens]),
      server([page, page, strange]),
      server([page, page, tokens, strange]),
    ])
      expect(strangerOf(each, NAMED), strange).toBe(strange);
});

test('hosts named are hosts and nothing else: no pattern, no address, no user, no path', () => {
  const parse = parserOf(mcpHttpSchema);
  const of = (host: string) => parse({ kind: 'mcp-http', url: 'https://mcp.example.com', signInHosts: [host] }).ok;
  for (const host of ['accounts.google.com', 'auth.example.com:8443', '127.0.0.1:4000', '[::1]:4000', 'localhost'])
    expect(of(host), host).toBe(true);
  for (const host of [
    '*.google.com',
    'https://accounts.google.com',
    'a.com/x',
    'me@a.com',
    'A.com',
    '',
    'a.com:',
    '.a.com',
    'a.com.',
  ])
    expect(of(host), host).toBe(false);
  expect(parse({ kind: 'mcp-http', url: 'https://mcp.example.com', signInHosts: [] }).ok).toBe(false);
  const secret = (clientSecret: string) => parse({ kind: 'mcp-http', url: 'https://mcp.example.com', clientSecret }).ok;
  expect([secret(`\${secret:google}`), secret('GOCSPX-value'), secret(`x\${secret:google}`)]).toEqual([
    true,
    false,
    false,
  ]);
});
