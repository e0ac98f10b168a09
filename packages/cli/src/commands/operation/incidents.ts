// `castellan incidents`: what happened on a bad day, as a list, as a page, as data; and what people write down beside it.
import type { Client } from '@castellan/client';
import type { Incident, IncidentReport } from '@castellan/contract';
import { typed } from '../../command.ts';
import { ask, connect, tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { pickOrTell } from '../../pick-id.ts';
import { connectPerson } from '../../session/person.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { instant, whoText } from '../../text/words.ts';
import { labelled } from '../../text/wrap.ts';
import { shortId } from '../pending.ts';

export interface ShowOptions extends JsonOption {
  readonly report?: 'md' | 'json';
}

/** Many lines, each of them made visible. */
const visibleLines = (text: string): string => text.trimEnd().split('\n').map(visible).join('\n');

async function reportOf(
  { out }: Context,
  client: Client,
  id: string,
): Promise<{ readonly report: IncidentReport; readonly markdown: string } | ExitCode> {
  const answer = await client.incidentReport({ params: { id } });
  return answer.ok ? answer.value : tell(out, answer.error);
}

/** A report as a person reads it; or the exit code, when it cannot be had. */
export async function reportText(context: Context, client: Client, id: string): Promise<string | ExitCode> {
  const found = await reportOf(context, client, id);
  return typeof found === 'number' ? found : visibleLines(found.markdown);
}

export async function incidentsList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const list = await ask(world, out, (client) => client.incidents());
  if (typeof list === 'number') return list;
  const { incidents } = list.value;
  if (options.json) out.json({ incidents });
  else if (incidents.length === 0) out.line('there was no incident');
  else out.lines(incidents.flatMap((incident) => listLines(incident, out.width)));
  return EXIT.done;
}

export async function incidentsShow(
  context: Context,
  named: string | undefined,
  options: ShowOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const list = await client.incidents();
  if (!list.ok) return tell(out, list.error);
  const ids = list.value.incidents.map(({ id }) => id);
  const [latest] = ids;
  if (latest === undefined)
    return out.error('there was no incident', ['`castellan panic` opens one, or `castellan incidents open`']);
  const picked = pickOrTell(out, 'incident', ids, named ?? latest, 'castellan incidents');
  if (typeof picked === 'number') return picked;
  const found = await reportOf(context, client, picked.id);
  if (typeof found === 'number') return found;
  if (options.report === 'json' || options.json) out.json(found.report);
  else out.line(visibleLines(found.markdown));
  return EXIT.done;
}

const stateOf = ({ closedAt, declared }: Incident): string =>
  closedAt !== null ? `over ${instant(closedAt)}` : declared > 0 ? 'OPEN, with a panic' : 'open';

function listLines(incident: Incident, width: number): readonly Line[] {
  const { id, openedAt, openedBy, closedAt, text } = incident;
  const head = `${shortId(id)}  ${instant(openedAt)}  ${stateOf(incident)}; opened by ${whoText(openedBy)}`;
  const tone = closedAt === null ? 'danger' : 'plain';
  return [line(head, tone), ...labelled('        ', visible(text), width).map((each) => line(each))];
}

type Act = (client: Client, id: string) => ReturnType<Client['noteIncident']>;

async function acts(
  { world, out }: Context,
  command: string,
  named: string,
  options: JsonOption,
  act: Act,
  said: (incident: Incident) => string,
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, `incidents ${command}`);
  if (typeof connection === 'number') return connection;
  const list = await connection.client.incidents();
  if (!list.ok) return tell(out, list.error);
  const ids = list.value.incidents.map(({ id }) => id);
  const picked = pickOrTell(out, 'incident', ids, named, 'castellan incidents');
  if (typeof picked === 'number') return picked;
  const answer = await act(connection.client, picked.id);
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(said(answer.value));
  return EXIT.done;
}

export const incidentsNote = (context: Context, id: string, text: string, options: JsonOption): Promise<ExitCode> =>
  acts(
    context,
    'note',
    id,
    options,
    (client, picked) => client.noteIncident({ params: { id: picked }, body: { text } }),
    (incident) => `written down in ${shortId(incident.id)}`,
  );

export const incidentsClose = (context: Context, id: string, text: string, options: JsonOption): Promise<ExitCode> =>
  acts(
    context,
    'close',
    id,
    options,
    (client, picked) => client.closeIncident({ params: { id: picked }, body: { text } }),
    (incident) => `${shortId(incident.id)} is over`,
  );

export async function incidentsOpen(
  { world, out, command }: Context,
  text: string,
  options: JsonOption & { readonly alarm?: string },
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'incidents open');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  let alarm: { readonly alarm?: string } = {};
  if (options.alarm !== undefined) {
    const status = await client.status();
    if (!status.ok) return tell(out, status.error);
    const ids = status.value.alarms.map(({ id }) => id);
    const picked = pickOrTell(out, 'alarm', ids, options.alarm, 'castellan alarms');
    if (typeof picked === 'number') return picked;
    alarm = { alarm: picked.id };
  }
  const answer = await client.openIncident({ body: { text, ...alarm } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else
    out.line(
      typed(command, `${shortId(answer.value.id)} is open: \`castellan incidents show ${shortId(answer.value.id)}\``),
    );
  return EXIT.done;
}
