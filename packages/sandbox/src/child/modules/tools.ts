// tools: other modules' tools, each call decided by the host as if the agent had made it.
import { Dict, decodeJson, type Module, moduleOf, unpack, wantAny, wantString } from '@castellan/starlark';
import type { Exchange } from '../exchange.ts';
import { jsonWithSecrets } from '../json-with-secrets.ts';

const CALL = [
  { name: 'module', want: wantString },
  { name: 'tool', want: wantString },
  { name: 'args', want: wantAny, optional: true },
];

export function toolsModule(exchange: Exchange): Module {
  return moduleOf(
    'tools',
    [
      [
        'call',
        (thread, _self, positional, named) => {
          exchange.requireReach(thread, 'tools.call');
          const [module, tool, args = null] = unpack(thread, 'tools.call', positional, named, CALL);
          if (args !== null && !(args instanceof Dict)) return thread.fail('tools.call: want a dict of arguments');
          const value = exchange.value(thread, {
            kind: 'tool',
            module: String(module),
            tool: String(tool),
            arguments: jsonWithSecrets(thread, 'tools.call', args ?? new Dict()),
          });
          const decoded = decodeJson(thread, JSON.stringify(value));
          return decoded.ok ? decoded.value : thread.fail(`tools.call: ${decoded.message}`);
        },
      ],
    ],
    [],
    'tools.',
  );
}
