// A module of the user's own that can spend money: no shipped one can.
import { caught, mcp, passes, type Story } from './story.ts';

export const SHOP = {
  schema: 'castellan/module/v1',
  name: 'shop',
  version: '1',
  title: 'Shop',
  start: { kind: 'script' },
  tools: {
    safe: [{ name: 'list', label: 'List what is sold' }],
    critical: [{ name: 'buy', label: 'Buy', summary: 'Buy {item}', effects: [{ kind: 'spend', target: 'shop' }] }],
  },
};

export const MONEY: readonly Story[] = [
  caught('C03.spend', mcp('shop/buy', { item: 'a chair' })),
  passes('C03.spend', mcp('shop/list')),
];
