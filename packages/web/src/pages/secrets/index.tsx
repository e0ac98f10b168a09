// Secrets: what is kept, where each may go, when it was used and when it is due. INVARIANT: no value is ever on this page but
// in the field it is typed into, and that is emptied with the answer.
import type { RouteResponse } from '@castellan/contract';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { SearchBox } from '../../kit/search-box.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { matches } from '../../kit/words.ts';
import { AddForm } from './add-form.tsx';
import { inOrder } from './model.ts';
import { OneSecret } from './one-secret.tsx';
import { VaultNote } from './vault-note.tsx';

type List = RouteResponse<'secrets'>;

export function Page() {
  const query = useAsk('secrets');
  const [adding, setAdding] = useState(false);
  const open = query.data?.vault.state === 'open' || query.data?.vault.state === 'empty';
  return (
    <PageFrame
      title="Secrets"
      lead="Agents name a secret and never see it: Castellan puts the value in on the way, where it may go, and takes it out of everything that comes back."
      actions={
        open ? (
          <Act needs="secrets:write" variant="filled" onClick={() => setAdding(true)}>
            Add a secret
          </Act>
        ) : undefined
      }
    >
      <Asked query={query} lines={5}>
        {(list) => (
          <div className={kit.wide}>
            <VaultNote vault={list.vault} />
            {list.vault.state === 'open' || list.vault.state === 'empty' ? <Secrets list={list} /> : null}
          </div>
        )}
      </Asked>
      <Sheet opened={adding} onClose={() => setAdding(false)} title="Add a secret">
        {adding ? <AddForm onDone={() => setAdding(false)} /> : null}
      </Sheet>
    </PageFrame>
  );
}

function Secrets({ list }: { readonly list: List }) {
  const [text, setText] = useState('');
  const found = inOrder(list.secrets).filter(
    ({ name, note }) => text.trim() === '' || matches(text.trim(), name, note),
  );
  if (list.secrets.length === 0)
    return (
      <Empty title="No secrets yet" command="castellan secrets add GITHUB_TOKEN">
        <p>
          Add one here or in the terminal. An agent then writes <code>$&#123;secret:GITHUB_TOKEN&#125;</code> where the
          value belongs.
        </p>
      </Empty>
    );
  return (
    <>
      {list.secrets.length < 8 ? null : <SearchBox label="Find a secret" value={text} onChange={setText} />}
      <ul className={kit.rows}>
        {found.map((secret) => (
          <OneSecret key={secret.name} secret={secret} />
        ))}
      </ul>
      {found.length === 0 ? <p className="muted">No secret is called that.</p> : null}
    </>
  );
}
