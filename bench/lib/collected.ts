// The daemon's memory after a collection, asked for through Node's inspector: the program that is measured is the one that ships.
import { WebSocket } from 'ws';

export interface Collector extends Disposable {
  /** Collects until nothing more is freed. */
  collect(): Promise<void>;
}

/** @param address what Node prints after `Debugger listening on` */
export async function collector(address: string): Promise<Collector> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let next = 0;
  const ask = (method: string): Promise<void> =>
    new Promise((resolve) => {
      const id = ++next;
      const heard = (data: Buffer): void => {
        if ((JSON.parse(data.toString()) as { id?: number }).id !== id) return;
        socket.off('message', heard);
        resolve();
      };
      socket.on('message', heard);
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    async collect() {
      for (let round = 0; round < 3; round += 1) await ask('HeapProfiler.collectGarbage');
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
}
