// What the user may write of a model server, and what is refused by the name of its field.
import { modelsSchema } from '@castellan/contract';
import { modelFaults } from '@castellan/gateway';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { cloudHost, optInFailure, targetOf } from '../src/model/upstream.ts';

const models = (upstream: object) =>
  modelsSchema.parse({ upstreams: { mine: { url: 'https://api.example.org', api: 'openai', ...upstream } } });
const faults = (upstream: object) =>
  modelFaults(models(upstream)).map(({ path, message }) => `${path.replace('models.upstreams.mine.', '')} ${message}`);
const target = (upstream: object) => {
  const found = targetOf(models(upstream), 'mine');
  if (found.kind === 'failure') throw new Error(found.message);
  return found;
};

test.for<[object, RegExp]>([
  [{ url: 'api.example.org' }, /^url is not a URL/],
  [{ url: 'ftp://example.org' }, /^url is neither/],
  [{ url: 'https://me:hunter22@example.org' }, /^url holds credentials/],
  [{ url: 'https://sk-abcdef@example.org' }, /^url holds credentials/],
  [{ url: 'https://example.org/v1?key=a' }, /^url has a query/],
  [{ url: 'https://example.org/?' }, /^url has a query/],
  [{ url: 'https://example.org/#v1' }, /^url has a fragment/],
  [{ url: 'http://api.example.org' }, /^url would send your key .* unencrypted/],
  [{ url: 'http://100.64.0.1:8000' }, /^url would send/],
  [{ url: 'http://169.254.169.254/latest' }, /^url is the metadata service/],
  [{ url: 'https://metadata.google.internal' }, /^url is the metadata service/],
  [{ headers: { Host: 'other.test' } }, /^headers.Host is set by the broker/],
  [{ headers: { 'Transfer-Encoding': 'chunked' } }, /^headers.Transfer-Encoding is set/],
  [{ headers: { Authorization: 'Bearer x' }, secret: 'K' }, /^headers.Authorization is where the key/],
  [{ api: 'anthropic', headers: { 'X-Api-Key': 'x' }, secret: 'K' }, /^headers.X-Api-Key is where the key/],
  [{ headers: { 'x-a': 'b\r\nx-evil: c' } }, /^headers.x-a cannot be written/],
  [{ headers: { 'x-a': `$${'{'}secret:no name}` } }, /^headers.x-a cannot be written/],
  [{ headers: { 'x-a': '1', 'X-A': '2' } }, /^headers.X-A stands there twice/],
])('%j is a fault', ([upstream, expected]) => {
  expect(faults(upstream)).toEqual([expect.stringMatching(expected)]);
  expect(JSON.stringify(modelFaults(models(upstream)))).not.toMatch(/hunter22|sk-abcdef/);
  expect(targetOf(models(upstream), 'mine')).toMatchObject({ kind: 'failure', status: 502 });
});

test.for([
  { url: 'http://127.0.0.1:9' },
  { url: 'http://gpu-box:8000/v1' },
  { url: 'https://api.example.org/openai/v1/' },
  { headers: { 'X-Title': 'mine', 'api-key': `$${'{'}secret:A.b-c_1}` } },
])('%j is none', (upstream) => expect(faults(upstream)).toEqual([]));

test('an address with and without `/v1` means the same', () => {
  for (const [url, base] of [
    ['https://a.example', ''],
    ['https://a.example/', ''],
    ['https://a.example/v1', ''],
    ['https://a.example/openai/v1/', '/openai'],
    ['https://a.example/api', '/api'],
  ] as const)
    expect(target({ url }).base, url).toBe(base);
});

test('local servers are known by name, and a configured one of that name replaces it', () => {
  const found = targetOf(modelsSchema.parse({}), 'ollama');
  expect(found).toMatchObject({ host: '127.0.0.1:11434', place: 'local', apis: ['openai', 'anthropic'], secret: null });
  const own = targetOf(modelsSchema.parse({ upstreams: { ollama: { url: 'http://gpu:1', api: 'openai' } } }), 'ollama');
  expect(own).toMatchObject({ host: 'gpu:1', apis: ['openai'] });
  for (const name of ['nobody', '__proto__', 'constructor', 'toString', ''])
    expect(targetOf(modelsSchema.parse({}), name), name).toMatchObject({ status: 400 });
});

verifies(['G-S04'], 'a cloud host needs its own opt-in; so does a model that a local server runs in the cloud', () => {
  const cloud = target({});
  expect(cloudHost(cloud, 'gpt')).toBe('api.example.org');
  expect(optInFailure(cloud, 'api.example.org', [])).toMatchObject({
    status: 403,
    message: '`mine` is in the cloud (api.example.org) and you have not opted in to it',
    hint: 'to opt in, add `api.example.org` to `cloud.services` in config.yaml',
  });
  expect(optInFailure(cloud, 'api.example.org', ['other.example'])).not.toBeNull();
  expect(optInFailure(cloud, 'api.example.org', ['*.example.org'])).toBeNull();
  const local = target({ url: 'http://127.0.0.1:11434' });
  for (const model of ['gpt-oss:120b-cloud', 'glm-4.7:cloud', 'gpt-oss:120b-CLOUD', 'glm-4.7:Cloud'])
    expect(cloudHost(local, model), model).toBe('ollama.com');
  for (const model of ['qwen3', 'cloud', 'cloudy:7b', undefined]) expect(cloudHost(local, model), model).toBeNull();
});
