// A script that is told a text and puts it wherever a program may put one: returned, printed, logged, failed with, sent, noted,
// said by a tool, written into its own source. What comes back of it over the API is what left.
import type { ScriptRun } from '@castellan/contract';
import { json, type ModelServer, startModelServer } from '@castellan/testkit';
import { deskOf } from '../scripts.ts';
import type { World } from '../world.ts';
import type { Left } from './exits.ts';

/** Says a text again in its body and its headers. */
export const echoServer = (): Promise<ModelServer> =>
  startModelServer((response, seen, request) => {
    response.setHeader('x-said', encodeURIComponent(seen.url));
    json({ url: seen.url, body: seen.body })(response, seen, request);
  });

const sourceOf = (host: string): string => `# @description: says everything again
# @hosts: ${host}
# @secrets: plain
# @limits: calls=100
def main(how, text):
    print(text, [text], {text: text})
    log.warn(text[:len(text) // 2])
    log.warn(text[len(text) // 2:])
    if how == "fail":
        fail("it is", text)
    if how == "key":
        return {text: {}[text]}
    if how == "http":
        reply = http.post("http://${host}/" + text[:8], body=text, headers={"x-key": secrets.get("plain")})
        return [reply.body, reply.headers, reply.url]
    if how == "split":
        return [text[:len(text) // 2], text[len(text) // 2:]]
    return {"text": text, text: [text, text.upper(), "".join(reversed(list(text.elems())))]}
`;

/** Proposed and approved, with a server that it may reach. */
export async function scriptTalker(it: World, server: ModelServer) {
  const desk = deskOf(it);
  const name = 'talker';
  const { digest } = await desk.propose(name, sourceOf(`127.0.0.1:${server.port}`), 'to say everything');
  const approved = await desk.approve(name, digest);
  if (approved.status !== 200) throw new Error(approved.text);
  const ran = (exit: string, run: ScriptRun): Left => ({ exit: `run that ${exit}`, text: JSON.stringify(run) });
  return {
    async say(text: string): Promise<readonly Left[]> {
      const left: Left[] = [];
      for (const how of ['return', 'fail', 'key', 'split', 'http'])
        left.push(ran(how, await desk.run(name, [how, text])));
      const source = `# @description: ${text}\ndef main():\n    return ${JSON.stringify(text)}\n`;
      const answers = [
        await desk.post('/eval', { source: `result = ${JSON.stringify(text)}` }),
        await desk.post('/inspect', { source }),
        await desk.post('', { name: 'holder', source, note: text }),
        await desk.reject(name, digest, text),
        await desk.post('/talker/test', { digest, args: ['http', text] }),
      ];
      return [...left, ...answers.map((answer, at) => ({ exit: `answer ${at} about a script`, text: answer.text }))];
    },
    async pages(): Promise<readonly Left[]> {
      const paths = [
        '/v1/scripts',
        `/v1/scripts/${name}`,
        `/v1/scripts/${name}/versions/${digest}`,
        '/v1/runs?limit=200',
      ];
      const left: Left[] = [];
      for (const path of paths) left.push({ exit: `GET ${path}`, text: (await it.daemon.request('GET', path)).text });
      return left;
    },
  };
}
