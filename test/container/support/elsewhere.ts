// A machine elsewhere, in a container of its own beside Castellan's: on 8000 the scripted model and a page, on 8001 another page. It has its own
// network namespace, so that it listens on nothing of this machine.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { canaryReply } from '@castellan/agents';

const model = createServer((request, response) => {
  void text(request).then((body) => {
    if (request.url?.includes('count_tokens') === true)
      return void response.setHeader('content-type', 'application/json').end('{"input_tokens":1}');
    if (request.method !== 'POST') return void response.end('a page of elsewhere\n');
    const reply = canaryReply('messages', JSON.parse(body));
    response.setHeader('content-type', reply.contentType).end(reply.text);
  });
});
model.listen(8000, '0.0.0.0');
createServer((_, response) => void response.end('another page\n')).listen(8001, '0.0.0.0');
