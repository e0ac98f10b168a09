// Modules: the servers behind the gate; how much runs by itself, for all, for a module, for one tool; what must never run.
import type { PolicyView } from '@castellan/contract';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import fold from '../../kit/fold-list.module.css';
import { Note } from '../../kit/note.tsx';
import { PageFrame, Section } from '../../kit/page-frame.tsx';
import { SearchBox } from '../../kit/search-box.tsx';
import { useGoToHash, useHash } from '../../kit/use-hash.ts';
import { DenyList } from './deny-list.tsx';
import { foundIn } from './model.ts';
import css from './modules.module.css';
import { OneModule } from './one-module.tsx';
import { Presets } from './presets.tsx';
import { Servers } from './servers.tsx';
import { type AskChange, usePolicyChange } from './use-policy-change.tsx';

export function Page() {
  const query = useAsk('policy');
  return (
    <PageFrame
      title="Modules"
      lead="MCP servers behind the gate, what runs by itself and what asks. Rules stand above all of this: no level lifts a Critical or Strict one."
    >
      <Servers />
      <Asked query={query} lines={8}>
        {(view) => <Policy view={view} />}
      </Asked>
    </PageFrame>
  );
}

function Policy({ view }: { readonly view: PolicyView }) {
  const { ask, dialog } = usePolicyChange(view);
  return (
    <>
      {view.faults.length === 0 ? null : (
        <Note kind="bad" title="The policy folder has faults; the last good policy is in force">
          {view.faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
        </Note>
      )}
      <Presets view={view} ask={ask} />
      <Modules view={view} ask={ask} />
      <DenyList view={view} ask={ask} />
      {dialog}
    </>
  );
}

function Modules({ view, ask }: { readonly view: PolicyView; readonly ask: AskChange }) {
  const [text, setText] = useState('');
  const hash = useHash();
  useGoToHash(true);
  const found = view.modules.flatMap((module) => foundIn(module, view.deny, text) ?? []);
  return (
    <Section title="Modules and tools">
      <div className={css.search}>
        <SearchBox label="Find a module or tool" value={text} onChange={setText} />
      </div>
      {found.length === 0 ? (
        <Empty title="No module and no tool is called that" />
      ) : (
        <ul className={fold.list}>
          {found.map(({ module, rows }) => (
            <li key={module.manifest.name}>
              <OneModule
                module={module}
                rows={rows}
                open={
                  text.trim() !== '' || hash === module.manifest.name || hash.startsWith(`${module.manifest.name}/`)
                }
                preset={view.preset}
                ask={ask}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
