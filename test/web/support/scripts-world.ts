// Scripts and schedules as a house has them after a while: one that an agent wrote and wants to change, one that runs, one that
// was switched off, and what begins by itself. All of it proposed, answered and run through the real doors.
import type { Schedule, ScriptRun, ScriptVersion } from '@castellan/contract';
import type { Client } from '@modelcontextprotocol/client';
import { httpClient } from '../../e2e/support/mcp.ts';
import { deskOf, tool } from '../../e2e/support/scripts.ts';
import type { TestAgent, World } from '../../e2e/support/world.ts';

/** Needs the secret `GITHUB_TOKEN`, which may go to api.github.com. */
const NOTES = `# @description: Collects what was merged since the last release
# @secrets: GITHUB_TOKEN
# @hosts: api.github.com
# @limits: time=20s calls=10

API = "https://api.github.com/repos/"

def merged(repository, since):
    """Titles of what was merged, newest first."""
    key = secrets.get("GITHUB_TOKEN")
    answer = http.get(
        API + repository + "/pulls",
        params = {"state": "closed", "since": since},
        headers = {"Authorization": "Bearer " + key},
    )
    if answer.status != 200:
        fail("github answered %d" % answer.status)
    return [pull["title"] for pull in answer.json() or []]

def main(repository, since = "2026-11-01"):
    titles = merged(repository, since)
    log.info("%d merged since %s" % (len(titles), since))
    return {"repository": repository, "titles": titles}
`;

/** It reaches one more host, and says more. */
const WANTED = NOTES.replace('# @hosts: api.github.com', '# @hosts: api.github.com, hooks.teahouse.example')
  .replace('calls=10', 'calls=20')
  .replace(
    '    return {"repository"',
    `    # The people in the shop want to know as well.
    http.post("https://hooks.teahouse.example/releases", json = {"titles": titles})
    return {"repository"`,
  );

const HOURS = `# @description: Tells on which days the tea house is open
OPEN = {"Tuesday": "10 to 18", "Wednesday": "10 to 18", "Friday": "12 to 20", "Saturday": "10 to 14"}

def hours_of(day):
    if not day.endswith("day"):
        fail("there is no day called " + day)
    return OPEN.get(day)

def main(day):
    hours = hours_of(day)
    log.info("asked for", day)
    print("closed" if hours == None else "open from", hours or "")
    return {"day": day, "open": hours != None, "hours": hours}
`;

const LETTERS = `# @description: Counts the letters of a folder
def main(*letters):
    return len(letters)
`;

export interface ScriptsWorld {
  readonly waits: ScriptVersion;
  readonly ran: ScriptRun;
  readonly failed: ScriptRun;
  readonly schedule: Schedule;
}

async function posted<T>(it: World, path: string, body: unknown): Promise<T> {
  const reply = await it.daemon.request('POST', path, { body });
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  return reply.json() as T;
}

/** As an agent does it; it is told to wait. */
export async function proposedBy(client: Client, name: string, source: string, note: string): Promise<void> {
  const told = await tool(client, 'script_propose', { name, source, note });
  if (!told.ok) throw new Error(`${name}: ${JSON.stringify(told)}`);
}

export async function furnishScripts(it: World, author: TestAgent): Promise<ScriptsWorld> {
  const desk = deskOf(it);
  const approve = async ({ script, digest }: ScriptVersion): Promise<void> => {
    const reply = await desk.approve(script, digest);
    if (reply.status !== 200) throw new Error(`${script}: ${reply.text}`);
  };
  await approve(await desk.propose('opening-hours', HOURS, 'Asked for by everybody who writes'));
  await approve(await desk.propose('count-letters', LETTERS));
  // It begins by itself, and from then on what it begins is switched off.
  const night = await posted<Schedule>(it, '/v1/schedules', {
    name: 'Letters of the night',
    target: { kind: 'script', script: 'count-letters', args: [] },
    ...{ cron: '0 6 * * *', timeZone: 'Europe/Berlin' },
  });
  const paused = await it.daemon.request('PATCH', `/v1/schedules/${night.id}`, { body: { paused: true } });
  if (paused.status !== 200) throw new Error(paused.text);
  await posted(it, '/v1/scripts/count-letters/disable', { reason: 'nobody needs it since the move' });
  {
    await using agent = await httpClient(it, author);
    await proposedBy(agent.client, 'release-notes', NOTES, 'So that nobody has to copy titles by hand');
    const [first] = (await desk.view('release-notes')).pending;
    if (first === undefined) throw new Error('nothing waits');
    await approve(first);
    await proposedBy(agent.client, 'release-notes', WANTED, 'The people in the shop want to know of a release too');
  }
  const [waits] = (await desk.view('release-notes')).pending;
  if (waits === undefined) throw new Error('nothing waits');
  for (const calls of ['refused', 'recorded'])
    await posted(it, '/v1/scripts/release-notes/test', { digest: waits.digest, args: ['tea-house/site'], calls });
  const ran = await desk.run('opening-hours', ['Friday']);
  const failed = await desk.run('opening-hours', ['Caturnight']);
  const draft = {
    name: 'Hours for the board',
    target: { kind: 'script', script: 'opening-hours', args: ['Saturday'] },
    ...{ cron: '30 7 * * 1-5', timeZone: 'Europe/Berlin', missed: 'once' },
  };
  const schedule = await posted<Schedule>(it, '/v1/schedules', draft);
  await posted(it, `/v1/schedules/${schedule.id}/run`, undefined);
  return { waits, ran, failed, schedule };
}
