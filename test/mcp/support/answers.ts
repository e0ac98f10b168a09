// A Web-standard answer, written to a Node response as it comes.
import type { ServerResponse } from 'node:http';

export async function sendAnswer(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.flushHeaders();
  const reader = answer.body?.getReader();
  response.once('close', () => void reader?.cancel().catch(() => undefined));
  for (;;) {
    const part = await reader?.read().catch(() => undefined);
    if (part === undefined || part.done || response.destroyed) break;
    response.write(part.value);
  }
  response.end();
}
