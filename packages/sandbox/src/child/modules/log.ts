// log: lines with a level, for whoever looks at the run. They count as output.
import type { OutputLevel } from '@castellan/contract';
import { COST, type Module, moduleOf, type Run, toText } from '@castellan/starlark';
import type { Exchange } from '../exchange.ts';

export function logModule(exchange: Exchange): Module {
  const at = (level: Exclude<OutputLevel, 'print'>): readonly [string, Run] => [
    level,
    (thread, _self, positional, named) => {
      if (named.length > 0) return thread.fail(`log.${level}: unexpected keyword arguments`);
      const texts = positional.map((value) => toText(value, thread));
      thread.allocate(COST.string + COST.unit * texts.reduce((sum, text) => sum + text.length + 1, 0));
      exchange.log(thread, level, texts.join(' '));
      return null;
    },
  ];
  return moduleOf('log', [at('debug'), at('info'), at('warn'), at('error')], [], 'log.');
}
