// Notifications: how a person is reached away from the screen, and whether the last message arrived.
import type { Channel, ChannelKind } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Bell, CircleAlert, CircleCheck, Clock, Minus } from 'lucide-react';
import { useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { Tag } from '../../kit/tag.tsx';
import { Ticked } from '../../kit/ticked.tsx';
import { countText } from '../../kit/time-text.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { capital } from '../../kit/words.ts';
import { CHANNEL_FORMS, formOf } from './channel-form.ts';
import { ChannelSheet } from './channel-sheet.tsx';
import { type ChannelView, deliveryWords, isOnlyHere } from './model.ts';
import css from './settings.module.css';
import { ThisBrowser } from './this-browser.tsx';

type Editing =
  | { readonly kind: 'add'; readonly channel: ChannelKind }
  | { readonly kind: 'change'; readonly name: string; readonly channel: Channel };

export function Channels() {
  const query = useAsk('channels');
  const [editing, setEditing] = useState<Editing | null>(null);
  const [adding, setAdding] = useState<ChannelKind>('web-push');
  const close = (): void => setEditing(null);
  return (
    <div className={kit.wide}>
      <Asked query={query}>
        {({ channels, address }) => (
          <>
            <p className={kit.note}>
              Links in messages lead to <span className="mono">{address}</span>.
              {isOnlyHere(address) ? (
                <>
                  {' '}
                  Only this machine can open that: for a phone, set up{' '}
                  <Link to="/settings" search={{ tab: 'remote' }}>
                    remote access
                  </Link>
                  .
                </>
              ) : null}
            </p>
            {channels.length === 0 ? (
              <Note title="Nobody is told away from this page">
                <p>
                  An approval that nobody sees times out, and silence is deny. Add a channel that reaches your phone.
                </p>
              </Note>
            ) : (
              <ul className={kit.rows} aria-label="Channels">
                {channels.map((view) => (
                  <OneChannel
                    key={view.name}
                    view={view}
                    onChange={() => setEditing({ kind: 'change', name: view.name, channel: view.channel })}
                  />
                ))}
              </ul>
            )}
            {channels.some(({ channel }) => channel.kind === 'web-push') ? <ThisBrowser /> : null}
          </>
        )}
      </Asked>
      <div className={css.add}>
        <Choice
          label="Another channel"
          value={adding}
          options={CHANNEL_FORMS.map(({ kind, title }) => ({ value: kind, label: title }))}
          onChange={(value) => setAdding(CHANNEL_FORMS.find(({ kind }) => kind === value)?.kind ?? 'web-push')}
        />
        <Act needs="policy:write" onClick={() => setEditing({ kind: 'add', channel: adding })}>
          Add
        </Act>
      </div>
      <Sheet opened={editing !== null} onClose={close} title={titleOf(editing)}>
        {editing === null ? null : (
          <ChannelSheet
            kind={editing.kind === 'add' ? editing.channel : editing.channel.kind}
            name={editing.kind === 'add' ? null : editing.name}
            channel={editing.kind === 'add' ? null : editing.channel}
            onDone={close}
          />
        )}
      </Sheet>
    </div>
  );
}

const titleOf = (editing: Editing | null): string =>
  editing === null ? '' : editing.kind === 'add' ? `Add ${formOf(editing.channel).title}` : `Change ${editing.name}`;

const MARKS = { good: CircleCheck, warn: Clock, bad: CircleAlert, none: Minus } as const;

function OneChannel({ view, onChange }: { readonly view: ChannelView; readonly onChange: () => void }) {
  const { name, channel, deliveries, subscribers } = view;
  const now = useNow();
  const test = useChange('testChannel');
  const [result, setResult] = useState<ChannelView['deliveries'][number] | null>(null);
  const remove = useConfirm(useChange('changePolicy'));
  const latest = deliveryWords(deliveries[0], now);
  const Mark = MARKS[latest.tone];
  const send = async (): Promise<void> => {
    setResult(null);
    setResult(await test.run({ params: { name } }));
  };
  return (
    <li className={kit.row}>
      <div className={kit.main}>
        <p className={kit.name}>
          {name} <Tag icon={Bell}>{formOf(channel.kind).title}</Tag>
          {channel.answers === 'link' ? <Tag tone="warn">answers without a sign-in</Tag> : null}
        </p>
        <p className={css.delivery} data-tone={latest.tone} title={deliveries[0]?.about}>
          <Mark size={14} aria-hidden />
          <span>
            <Ticked text={capital(latest.text)} />
          </span>
        </p>
        <p className={kit.note}>
          tells of {channel.tells.map((tell) => `${tell}s`).join(', ')}
          {channel.kind === 'web-push' ? ` · ${countText(subscribers, 'browser')}` : ''}
        </p>
      </div>
      <div className={kit.actions}>
        <Act needs="channels:write" about={name} pending={test.pending} onClick={() => void send()}>
          Test
        </Act>
        <Act needs="policy:write" about={name} onClick={onChange}>
          Change
        </Act>
        <Act
          needs="policy:write"
          about={name}
          onClick={() =>
            remove.ask({
              title: `Remove ${name}?`,
              yes: 'Remove',
              danger: true,
              input: { body: { change: 'channel', name, channel: null } },
              body: <p>Nobody is told through {name} any more.</p>,
            })
          }
        >
          Remove
        </Act>
      </div>
      <div className={css.result} aria-live="polite">
        <ErrorNote error={test.failure} />
        {result === null ? null : (
          <Note
            kind={result.state === 'sent' ? 'good' : 'bad'}
            title={result.state === 'sent' ? 'The test message was taken' : 'The test message was not taken'}
          >
            {result.text === '' ? null : (
              <p>
                <Ticked text={capital(result.text)} />
              </p>
            )}
          </Note>
        )}
      </div>
      {remove.dialog}
    </li>
  );
}
