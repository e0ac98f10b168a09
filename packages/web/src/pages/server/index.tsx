// One module that is a server: how it stands, what differs from what was accepted, what it offers and what was found in it.
// INVARIANT: every word of a server is text here; nothing of it becomes a link, markup or a command.
import type { ModuleView } from '@castellan/contract';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { Unaccepted } from '../modules/one-module.tsx';
import { ServerMarks, STATE_TONES } from '../modules/server-mark.tsx';
import { whyHere } from '../modules/server-model.ts';
import css from '../modules/servers.module.css';
import { StartFacts } from '../modules/start-facts.tsx';
import { usePolicyChange } from '../modules/use-policy-change.tsx';
import { Different } from './different.tsx';
import { Health } from './health.tsx';
import { LastCalls } from './last-calls.tsx';
import { Offered } from './offered.tsx';
import { Pinned } from './pinned.tsx';
import { SignedIn } from './signed-in.tsx';

export function Page() {
  const { name } = useParams({ from: '/shell/modules/$name' });
  // How it fares is told by no event.
  const query = useAsk('module', { params: { name } }, { everyMs: 15_000 });
  const view = query.data;
  return (
    <PageFrame
      title={seenText(view?.title ?? name)}
      lead={
        <span className={css.lead}>
          <Link to="/modules" className={css.back}>
            <ArrowLeft size={16} aria-hidden /> All modules
          </Link>
          {view === undefined || view.title === name ? null : <span className="mono">{seenText(name)}</span>}
        </span>
      }
      actions={view === undefined ? undefined : <Acts view={view} />}
    >
      <Asked query={query} lines={8}>
        {(view) => <Server key={view.name} view={view} />}
      </Asked>
    </PageFrame>
  );
}

function Acts({ view: { name, title, start, source } }: { readonly view: ModuleView }) {
  const navigate = useNavigate();
  const restarting = useConfirm(useChange('restartModule'));
  const removing = useConfirm(useChange('removeModule'));
  if (start === null || source.startsWith('shipped/')) return null;
  const input = { params: { name } };
  return (
    <>
      <Act
        needs="modules:write"
        about={title}
        onClick={() =>
          restarting.ask({
            title: `Restart ${seenText(title)}?`,
            body: <p>Calls of it that run now end with an error. The next use starts it anew.</p>,
            yes: 'Restart',
            input,
          })
        }
      >
        Restart
      </Act>
      <Act
        needs="modules:write"
        about={title}
        onClick={() =>
          removing.ask({
            title: `Remove ${seenText(title)}?`,
            body: (
              <>
                <p>
                  Its running servers end, and agents see none of its tools any more. What was accepted of it, its
                  levels, its grants and its sign-in are forgotten. What you denied stays denied, and the ledger keeps
                  what was done.
                </p>
                <p className="muted">A client that Castellan moved it from does not start it again by itself.</p>
              </>
            ),
            yes: 'Remove',
            danger: true,
            input,
            done: () => void navigate({ to: '/modules' }),
          })
        }
      >
        Remove
      </Act>
      {restarting.dialog}
      {removing.dialog}
    </>
  );
}

function Server({ view }: { readonly view: ModuleView }) {
  const policy = useAsk('policy');
  const { state, why, start } = view;
  return (
    <>
      <p className={css.marks}>
        <ServerMarks server={view} />
      </p>
      {why === null || view.differences.length > 0 ? null : (
        <Note kind={state !== null && STATE_TONES[state] === 'bad' ? 'bad' : 'warn'}>
          <Prose text={whyHere(why)} />
        </Note>
      )}
      {view.differences.length === 0 ? null : <Different view={view} />}
      <SignedIn view={view} />
      {policy.data === undefined ? null : <Levels view={view} policy={policy.data} />}
      {view.lints.length === 0 ? null : (
        <Section title="What does not fit its manifest">
          <ul className={kit.stack}>
            {view.lints.map((lint) => (
              <li key={lint}>
                <Prose text={lint} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={start?.kind === 'mcp-http' ? 'Where it is' : 'What is started'}>
        <div className={kit.wide}>
          {start === null ? (
            <p className="muted">Nothing: its tools are an agent's own.</p>
          ) : (
            <StartFacts start={start} sandbox={view.sandbox} />
          )}
          <Pinned view={view} />
        </div>
      </Section>
      {view.health === null ? null : <Health health={view.health} />}
      <LastCalls calls={view.lastCalls} />
    </>
  );
}

function Levels({
  view,
  policy,
}: {
  readonly view: ModuleView;
  readonly policy: Parameters<typeof usePolicyChange>[0];
}) {
  const { ask, dialog } = usePolicyChange(policy);
  const module = policy.modules.find(({ manifest }) => manifest.name === view.name);
  return (
    <>
      {module === undefined || module.accepted ? null : <Unaccepted module={module} ask={ask} />}
      <Offered view={view} module={module} deny={policy.deny} ask={ask} />
      {dialog}
    </>
  );
}
