// Rules: what stands above every level, with the tests that hold it; a call tried out; files of one's own to write.
import { useState } from 'react';
import { useAsk, useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Note } from '../../kit/note.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import { SearchBox } from '../../kit/search-box.tsx';
import { useGoToHash, useHash } from '../../kit/use-hash.ts';
import { type Editing, EditSheet } from './edit-sheet.tsx';
import { filesNaming, fileViews, NEW_FILE } from './model.ts';
import { RuleFiles } from './rule-files.tsx';
import css from './rules.module.css';
import { TryBox } from './try-box.tsx';

export function Page() {
  const rules = useAsk('rules');
  const policy = useAsk('policy');
  const [editing, setEditing] = useState<Editing | null>(null);
  const [text, setText] = useState('');
  const mayTry = useMay('policy:write');
  const hash = useHash();
  useGoToHash(rules.data !== undefined && policy.data !== undefined);
  return (
    <PageFrame
      title="Rules"
      lead="Critical rules refuse or ask each time. Strict rules always ask. Guidelines advise. No preset, level or grant lifts the first two."
      actions={
        <Act needs="policy:write" onClick={() => setEditing({ kind: 'new', text: NEW_FILE })}>
          New file
        </Act>
      }
    >
      {mayTry ? <TryBox /> : null}
      <Asked query={rules} lines={8}>
        {({ files }) => {
          const views = fileViews(files, policy.data?.rules ?? []);
          const failing = views.reduce((sum, view) => sum + view.failing.length, 0);
          const own = views.filter(({ file }) => file.source === 'user');
          const shipped = views.filter(({ file }) => file.source === 'shipped');
          return (
            <>
              {failing === 0 ? null : <Note kind="bad" title={`${failing} tests of rules fail`} />}
              <div className={css.search}>
                <SearchBox label="Find a rule" value={text} onChange={setText} />
              </div>
              <Section title="Yours">
                {own.length === 0 ? (
                  <p className="muted">None yet. A file of yours can tighten anything, and comes with its own tests.</p>
                ) : (
                  <RuleFiles views={filesNaming(own, text)} open={text !== ''} hash={hash} onOpen={setEditing} />
                )}
              </Section>
              <Section title="Shipped" lead="They come with Castellan and are read only: a rule of yours adds to them.">
                <RuleFiles views={filesNaming(shipped, text)} open={text !== ''} hash={hash} onOpen={setEditing} />
              </Section>
            </>
          );
        }}
      </Asked>
      <EditSheet editing={editing} onClose={() => setEditing(null)} />
    </PageFrame>
  );
}
