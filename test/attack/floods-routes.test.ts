// Every route of the table under flood (D1): whoever has used up what they may ask is turned away there with when to come back, and
// nobody else notices. The table is the test's own list, so that a route cannot be added without it.
import { ROUTES, type Route } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { plain, program } from '../e2e/support/people.ts';
import { type World, world } from '../e2e/support/world.ts';

/** At once, and more than a bucket gains meanwhile. */
const AT_ONCE = 30;
const BURST = 500;

let it: World;
beforeAll(async () => {
  it = await world();
});
afterAll(() => it[Symbol.asyncDispose]());

/** `:id` of a path as something that is not there: a route is found, and nothing of it exists. */
const pathOf = ({ path }: Route): string => path.replaceAll(/:[a-zA-Z]+/g, 'none').replaceAll('*', 'none');

verifies(['D1'], 'on every route a token that asked too much is turned away, and a person is not', async () => {
  const routes = Object.values<Route>(ROUTES).filter(({ permission }) => permission !== 'public');
  expect(routes.length).toBeGreaterThan(80);
  const person = await program(it.daemon);
  const made = await person.send('POST', '/v1/api-tokens', {
    body: { name: 'flood', permissions: ['checks:read'], days: 1 },
  });
  const { token } = JSON.parse(made.text) as { token: string };
  const ask = (route: Route) =>
    plain(it.daemon, route.method, pathOf(route), { headers: { authorization: `Bearer ${token}` } });
  const me: Route = ROUTES.me;
  for (let sent = 0; sent < 2 * BURST; sent += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => ask(me)));

  const open: string[] = [];
  for (const route of routes) {
    const replies = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(route)));
    const away = replies.find(({ status }) => status === 429);
    const said = replies.map(({ status }) => status).filter((status) => status >= 500 && status !== 503);
    if (away === undefined || !(Number(away.headers['retry-after']) >= 1) || said.length > 0)
      open.push(`${route.method} ${route.path}: ${[...new Set(replies.map(({ status }) => status))]}`);
  }
  expect(open).toEqual([]);
  expect((await person.send('GET', '/v1/me')).status).toBe(200);
});
