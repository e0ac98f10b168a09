// How the daemon stands, room by room, and where its own log and its metrics are: as it is, with what changes it.
import type { Health } from '@castellan/contract';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import kit from '../../kit/rows.module.css';
import { ShellLine } from '../../kit/shell-line.tsx';
import { Tag } from '../../kit/tag.tsx';
import { Ticked } from '../../kit/ticked.tsx';
import { capital, lasting } from '../../kit/words.ts';

const EXAMPLE = `log:
  level: info # debug, info, warn or error
metrics:
  otlp: http://localhost:4318/v1/metrics # null: nowhere
alarms:
  diskFreeMiB: 512
  remindHours: 24
`;

const STATES = {
  ok: { tone: 'good', icon: CircleCheck },
  degraded: { tone: 'warn', icon: TriangleAlert },
  failed: { tone: 'bad', icon: CircleAlert },
} as const;

const State = ({ state }: { readonly state: Health['state'] }) => (
  <Tag tone={STATES[state].tone} icon={STATES[state].icon}>
    {state}
  </Tag>
);

export function Service() {
  const folder = useAsk('status').data?.stateFolder ?? '…';
  return (
    <div className={kit.wide}>
      <Asked query={useAsk('health', undefined, { everyMs: 15_000 })} lines={6}>
        {({ state, version, uptimeMs, rooms }) => (
          <>
            <Facts
              facts={[
                ['State', <State key="state" state={state} />],
                ['Version', version],
                ['Runs since', lasting(uptimeMs)],
                ['Its own log', <code key="log">{folder}/daemon/castellan.log</code>],
                [
                  'Metrics',
                  <span key="metrics">
                    <code>/metrics</code>, for an API token that may read metrics
                  </span>,
                ],
              ]}
            />
            <ul className={kit.rows} aria-label="Rooms">
              {rooms.map(({ room, state, text }) => (
                <li key={room} className={kit.row}>
                  <div className={kit.main}>
                    <p className={kit.name}>
                      {room} <State state={state} />
                    </p>
                    <p className={kit.note}>
                      <Ticked text={capital(text)} />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Asked>
      <h3>Changing it</h3>
      <p>
        In <code>config.yaml</code>. It takes effect as soon as the file is saved.
      </p>
      <Verbatim text={EXAMPLE} label="An example for config.yaml" />
      <p>What the daemon wrote, and whether it starts by itself:</p>
      <ShellLine command="castellan service logs" />
      <ShellLine command="castellan service status" />
    </div>
  );
}
