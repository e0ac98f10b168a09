// The daemon's memory after a collection, asked for through Node's inspector: the program that is measured is the one that ships.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const SWEEPS_MS = 250;

export interface Collector extends Disposable {
  /** Collects; gives the MiB of JavaScript's heap, and of what it holds outside of it. */
  collect(): Promise<{ readonly heapMiB: number; readonly externalMiB: number }>;
}

/** @param address what Node prints after `Debugger listening on` */
export async function collector(address: string): Promise<Collector> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let next = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++next;
      const heard = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        socket.off('message', heard);
        resolve(answer.result);
      };
      socket.on('message', heard);
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    async collect() {
      await ask('HeapProfiler.collectGarbage');
      // What stood outside of the heap is given back by another thread, some time later.
      await sleep(SWEEPS_MS);
      const expression = '(({ heapUsed, external }) => ({ heapUsed, external }))(process.memoryUsage())';
      const { result } = (await ask('Runtime.evaluate', { expression, returnByValue: true })) as {
        result: { value: { heapUsed: number; external: number } };
      };
      const mebibytes = (bytes: number): number => Number((bytes / 1_048_576).toFixed(1));
      return { heapMiB: mebibytes(result.value.heapUsed), externalMiB: mebibytes(result.value.external) };
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
}
