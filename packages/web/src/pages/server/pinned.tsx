// What was accepted of a server: by whom, when, and as whom it was known then.
import type { ModuleView } from '@castellan/contract';
import { type Fact, Facts } from '../../kit/facts.tsx';
import { ForeignText } from '../../kit/foreign-text.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { Findings } from '../modules/findings.tsx';

const Mono = ({ text }: { readonly text: string }) => <span className="mono">{seenText(text)}</span>;

function identityFacts(identity: NonNullable<ModuleView['lock']>['identity']): readonly Fact[] {
  switch (identity.kind) {
    case 'process':
      return [
        ['Program', <Mono key="command" text={identity.command} />],
        ['Its digest', <Mono key="digest" text={identity.digest} />],
      ];
    case 'http':
      return [
        ['Origin', <Mono key="origin" text={identity.origin} />],
        ['Its key', identity.key === null ? 'none: the connection has no TLS' : <Mono key="key" text={identity.key} />],
      ];
  }
}

export function Pinned({ view: { lock, source, instructionFindings: found } }: { readonly view: ModuleView }) {
  if (lock === null)
    return (
      <Note kind="warn">
        <p>Nobody has accepted what it offers, so nothing of it is used.</p>
      </Note>
    );
  const { identity, server, acceptedAt, acceptedBy, instructions } = lock;
  return (
    <div className={kit.stack}>
      <Facts
        facts={[
          [
            'Accepted',
            <span key="accepted">
              by {seenText(acceptedBy)}, <When at={acceptedAt} />
            </span>,
          ],
          ['Calls itself', seenText(`${server.name} ${server.version}`)],
          ...identityFacts(identity),
          ['Manifest', <Mono key="source" text={source} />],
        ]}
      />
      {instructions === null ? null : (
        <details className={kit.fold} {...(found.length > 0 && { open: true })}>
          <summary>What it tells the model</summary>
          <ForeignText text={instructions} />
        </details>
      )}
      <Findings findings={found} />
    </div>
  );
}
