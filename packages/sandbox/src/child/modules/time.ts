// time: that of the language, with the host's clock, and sleep.
import { Builtin, Float, Module, type Run, timeModule, unpackPositional, wantNumber } from '@castellan/starlark';
import type { Exchange } from '../exchange.ts';

const MAX_SECONDS = 30;
const NANOSECONDS = 1_000_000n;

export function hostTimeModule(exchange: Exchange): Module {
  const { members } = timeModule((thread) => {
    const ms = Number(exchange.value(thread, { kind: 'now' }));
    return BigInt(Math.round(ms)) * NANOSECONDS;
  });
  const sleep: Run = (thread, _self, positional, named) => {
    unpackPositional(thread, 'time.sleep', positional, named, 1, [wantNumber]);
    const [given] = positional;
    const seconds = given instanceof Float ? given.value : Number(given);
    if (!(seconds >= 0 && seconds <= MAX_SECONDS))
      return thread.fail(`time.sleep: want from 0 to ${MAX_SECONDS} seconds`);
    exchange.value(thread, { kind: 'sleep', ms: seconds * 1000 });
    return null;
  };
  return new Module('time', new Map([...members, ['sleep', new Builtin('time.sleep', sleep)]]));
}
