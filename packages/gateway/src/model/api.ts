// The two APIs that model servers speak: which paths each has and where its key stands. A path that is not here leaves for
// nowhere: the real key would be put into a request nobody looked at (files, fine-tuning, billing).
import type { ModelApi } from '@castellan/contract';

interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly shown: string;
  readonly api: ModelApi;
  /** Gives tokens that are spent. */
  readonly spends: boolean;
}

/** A model's id may hold slashes and colons; no part begins with a dot, so no `..` climbs out. */
const MODEL_ID = '[A-Za-z0-9][A-Za-z0-9._:@-]*(?:(?:/|%2[Ff]|%3[Aa]|%40)[A-Za-z0-9][A-Za-z0-9._:@-]*)*';
const MODELS = new RegExp(`^v1/models(?:/${MODEL_ID})?$`);

const post = (api: ModelApi, shown: string, spends = true): Endpoint => ({
  method: 'POST',
  path: new RegExp(`^${shown}$`),
  shown,
  api,
  spends,
});
const models = (api: ModelApi): Endpoint => ({
  method: 'GET',
  path: MODELS,
  shown: 'v1/models[/ID]',
  api,
  spends: false,
});

/** As published in the references of the two APIs. */
const ENDPOINTS: readonly Endpoint[] = [
  post('openai', 'v1/chat/completions'),
  post('openai', 'v1/completions'),
  post('openai', 'v1/embeddings'),
  post('openai', 'v1/responses'),
  models('openai'),
  post('anthropic', 'v1/messages'),
  post('anthropic', 'v1/messages/count_tokens', false),
  models('anthropic'),
];

export const endpointOf = (apis: readonly ModelApi[], method: string, path: string): Endpoint | null =>
  apis
    .flatMap((api) => ENDPOINTS.filter((each) => each.api === api))
    .find((each) => each.method === method && each.path.test(path)) ?? null;

export const endpointsShown = (apis: readonly ModelApi[]): string =>
  [...new Set(ENDPOINTS.filter(({ api }) => apis.includes(api)).map(({ method, shown }) => `${method} ${shown}`))].join(
    ', ',
  );

/** Which API a client speaks, where the path alone does not say. */
export const spokenApi = (path: string, anthropicVersion: string | undefined): ModelApi =>
  path.startsWith('v1/messages') || anthropicVersion !== undefined ? 'anthropic' : 'openai';

/** Where the real key stands. */
export const keyHeader = (api: ModelApi, value: string): readonly [string, string] =>
  api === 'anthropic' ? ['x-api-key', value] : ['authorization', `Bearer ${value}`];
