// One script: what may run, what it used today, its versions and runs. RULE: every word of a script is text.
import type { ScriptView } from '@castellan/contract';
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Facts } from '../../kit/facts.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { limitWords, quotaUses, shortDigest, signature, versionPlace } from '../../scripts/model.ts';
import { RunList } from '../../scripts/run-list.tsx';
import css from '../../scripts/scripts.module.css';
import { VersionTag } from '../../scripts/state-tag.tsx';
import { Uses } from '../../scripts/uses.tsx';
import { DisableForm } from './disable-form.tsx';
import { RunForm } from './run-form.tsx';
import { Versions } from './versions.tsx';

export function Page() {
  const { name } = useParams({ from: '/shell/scripts/$name' });
  const query = useAsk('script', { params: { name } });
  const view = query.data;
  return (
    <PageFrame
      title={seenText(name)}
      lead={
        <span className={css.lead}>
          <Link to="/scripts" className={css.back}>
            <ArrowLeft size={16} aria-hidden /> All scripts
          </Link>
          {view === undefined || view.description === '' ? null : <span>{seenText(view.description)}</span>}
        </span>
      }
      actions={view === undefined ? undefined : <Acts view={view} />}
    >
      <Asked query={query} lines={8}>
        {(view) => <Script key={view.name} view={view} />}
      </Asked>
    </PageFrame>
  );
}

function Acts({ view: { name, approved, latest } }: { readonly view: ScriptView }) {
  const navigate = useNavigate();
  const mayPropose = useMay('scripts:propose');
  const [open, setOpen] = useState<'run' | 'disable' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      {mayPropose ? (
        <Button
          onClick={() => void navigate({ to: '/propose', search: { script: name, from: (approved ?? latest).digest } })}
        >
          New version
        </Button>
      ) : null}
      {approved === null ? null : (
        <>
          <Act needs="scripts:approve" about={name} onClick={() => setOpen('disable')}>
            Disable
          </Act>
          <Act needs="scripts:run" about={name} variant="filled" onClick={() => setOpen('run')}>
            Run
          </Act>
          <Sheet opened={open === 'run'} onClose={close} title={`Run ${name}`}>
            {open === 'run' ? <RunForm version={approved} /> : null}
          </Sheet>
        </>
      )}
      <Sheet opened={open === 'disable'} onClose={close} title={`Disable ${name}`}>
        {open === 'disable' ? <DisableForm name={name} onDone={close} /> : null}
      </Sheet>
    </>
  );
}

function Script({ view }: { readonly view: ScriptView }) {
  const { name, approved, pending, latest, versions, runs, today, quota, loadedBy } = view;
  const mayRead = useAsk('schedules').data?.schedules.filter(
    ({ target }) => target.kind === 'script' && target.script === name,
  );
  return (
    <>
      <div className={css.notes}>
        {pending.map((version) => (
          <Note
            key={version.digest}
            kind="warn"
            title={`Version ${version.number} waits for a review`}
            actions={
              <Link to="/scripts/$name/versions/$digest" params={versionPlace(name, version.digest)}>
                Review version {version.number}
              </Link>
            }
          />
        ))}
        {approved === null && pending.length === 0 ? (
          <Note kind={latest.state.kind === 'disabled' ? 'bad' : 'warn'} title="Nothing of it runs">
            <p>
              {latest.state.kind === 'disabled' && latest.state.reason !== ''
                ? seenText(latest.state.reason)
                : 'No version of it is approved.'}
            </p>
          </Note>
        ) : null}
      </div>
      {approved === null ? null : (
        <Section title="What runs">
          <Facts
            facts={[
              [
                'Version',
                <span key="version" className={css.lead}>
                  <Link to="/scripts/$name/versions/$digest" params={versionPlace(name, approved.digest)}>
                    {approved.number}
                  </Link>
                  <VersionTag state={approved.state} />
                </span>,
              ],
              [
                'Called as',
                <span key="entry" className="mono">
                  {seenText(signature(approved))}
                </span>,
              ],
              ['May use', capabilityWords(approved.capabilities)],
              ['Limits of a run', limitWords(approved.capabilities.limits)],
              [
                'Digest',
                <span key="digest" className="mono" title={approved.digest}>
                  {shortDigest(approved.digest)}
                </span>,
              ],
              loadedBy.length === 0 ? null : ['Loaded by', loadedBy.join(', ')],
              mayRead === undefined || mayRead.length === 0
                ? null
                : [
                    'Started by',
                    <Link key="schedules" to="/schedules">
                      {countText(mayRead.length, 'schedule')}
                    </Link>,
                  ],
            ]}
          />
        </Section>
      )}
      <Section title="Used today" lead="Of what this script may use in a day. Beyond it a run is refused, or ended.">
        <Uses uses={quotaUses(today, quota)} />
      </Section>
      <Section title="Versions">
        <Versions versions={versions} />
      </Section>
      <Section title="Runs">
        <RunList runs={runs} none="It has not been run." />
      </Section>
    </>
  );
}

function capabilityWords({
  secrets,
  hosts,
  tools,
  loads,
}: NonNullable<ScriptView['approved']>['capabilities']): string {
  const parts = [...secrets, ...tools, ...hosts, ...loads.map(({ script }) => `the script ${script}`)];
  return parts.length === 0 ? 'nothing outside of itself' : seenText(parts.join(', '));
}
