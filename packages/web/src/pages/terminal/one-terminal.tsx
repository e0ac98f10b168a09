// One terminal, live: what it shows, who else looks, and the keys where the role allows them.
// INVARIANT: that keys arrive is said only while they do: the page is live, so is the terminal's own line, and it has the focus.
import type { TerminalId } from '@castellan/contract';
import { Eye, Keyboard, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { ask, useMe } from '../../connection/use-ask.ts';
import { useLiveState } from '../../connection/use-live.ts';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { Ticked } from '../../kit/ticked.tsx';
import { othersWatching, type Screen } from './screen.ts';
import type { Surface } from './surface.ts';
import css from './terminal.module.css';
import { type Line, type Watching, watchTerminal } from './watch.ts';

export function OneTerminal({ id }: { readonly id: TerminalId }) {
  const api = useApi();
  const me = useMe().data?.user.name ?? '';
  const place = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<Screen>({ kind: 'opening' });
  const [line, setLine] = useState<Line>('connecting');
  const [drawn, setDrawn] = useState<Surface | null>(null);
  const [focused, setFocused] = useState(false);
  const live = useLiveState().kind === 'live';

  useEffect(() => {
    let surface: Surface | null = null;
    let watching: Watching | null = null;
    let gone = false;
    void import('./surface.ts').then(({ openSurface }) => {
      if (gone || place.current === null) return;
      surface = openSurface(place.current, { onInput: (text) => watching?.say(text), onFocus: setFocused });
      watching = watchTerminal({
        terminal: id,
        ticket: async () => {
          const answer = await ask(api, 'ticket', { body: { for: 'terminal', terminal: id } }).catch(() => null);
          return answer?.ticket ?? null;
        },
        surface,
        onScreen: setScreen,
        onLine: setLine,
      });
      setDrawn(surface);
    });
    return () => {
      gone = true;
      watching?.stop();
      surface?.dispose();
      setDrawn(null);
    };
  }, [api, id]);
  // A page that is not live is inert and takes no focus, and loses the one it had: the terminal takes it each time the page
  // becomes live, unless the person is elsewhere by then.
  useEffect(() => {
    if (live && drawn !== null && document.activeElement === document.body) drawn.focus();
  }, [live, drawn]);

  const terminal = screen.kind === 'open' || screen.kind === 'ended' ? screen.terminal : null;
  const arrives = live && line === 'connected' && focused;
  return (
    <section aria-label={terminal === null ? 'Terminal' : `Terminal: ${terminal.title}`} className={kit.stack}>
      <div className={css.head}>
        {screen.kind === 'open' ? (
          <>
            <Tag tone={screen.mayType ? 'plain' : 'warn'} icon={screen.mayType ? Keyboard : Eye}>
              {screen.mayType ? (arrives ? 'what you type arrives' : 'press the terminal to type') : 'read only'}
            </Tag>
            {screen.why === '' ? null : (
              <span className={kit.note}>
                <Ticked text={screen.why} />
              </span>
            )}
            <span className={kit.note}>{othersWatching(screen.terminal.watchers, me)}</span>
          </>
        ) : null}
        <span role="status">
          {line === 'connected' || screen.kind === 'ended' || screen.kind === 'refused' ? null : (
            <Tag tone={line === 'lost' ? 'bad' : 'plain'} icon={WifiOff}>
              {line === 'lost' ? 'connection lost, trying again' : 'connecting'}
            </Tag>
          )}
        </span>
      </div>
      {screen.kind === 'refused' ? <Note kind="bad" title={screen.why} /> : null}
      {screen.kind === 'ended' ? (
        <Note title={screen.exitCode === null ? 'It has ended' : `It has ended with exit code ${screen.exitCode}`} />
      ) : null}
      <div ref={place} className={css.screen} />
    </section>
  );
}
