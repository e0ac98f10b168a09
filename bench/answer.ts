// From a person's approve to the waiting call's answer: what H2 promises to be within 100 ms. Both ends over real sockets.
import { join } from 'node:path';
import { benchDaemon } from './lib/daemon.ts';
import { rawClient } from './lib/raw-client.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = 200;
await using daemon = await benchDaemon();
const connected = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'bench',
  hookTimeoutSeconds: 60,
})) as { credential: string };
using agent = rawClient(daemon.state.socket, connected.credential);
const times: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const body = {
    tool: 'nothing/known',
    input: { round },
    cwd: join(daemon.home, 'project'),
    session: 'bench',
    callId: `c${round}`,
  };
  const answered = agent.post('/v1/calls', JSON.stringify(body)).then((text) => ({ text, at: performance.now() }));
  let waiting: { id: string; digest: string; state: { kind: string } } | undefined;
  while (waiting === undefined) {
    const list = (await daemon.request('GET', '/v1/approvals')) as {
      approvals: { id: string; digest: string; state: { kind: string } }[];
    };
    waiting = list.approvals.find(({ state }) => state.kind === 'pending');
  }
  const approved = performance.now();
  await daemon.request('POST', `/v1/approvals/${waiting.id}/resolve`, { answer: 'approve', digest: waiting.digest });
  const { text, at } = await answered;
  if (!text.includes('"kind":"run"')) throw new Error(text);
  times.push(at - approved);
}
const measured = spread(times);
report(
  'answer',
  [{ what: 'approve to answer, ms', ...measured }],
  [{ text: `the waiting call resumes within 100 ms: p99 ${measured.p99}`, kept: measured.p99 <= 100 }],
);
