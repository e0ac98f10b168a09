// API tokens: what automation signs in with. Each may do what it is for and nothing more, and each ends.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import { Choice } from '../../kit/choice.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { Sheet } from '../../kit/sheet.tsx';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { TOKEN_PURPOSES } from './model.ts';
import { Once } from './once.tsx';

export function Tokens() {
  const query = useAsk('apiTokens');
  const [making, setMaking] = useState(false);
  const revoke = useConfirm(useChange('revokeApiToken'));
  return (
    <div className={kit.wide}>
      <Asked query={query}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <p className="muted">No tokens. Automation that watches or answers signs in with one.</p>
          ) : (
            <ul className={kit.rows} aria-label="API tokens">
              {tokens.map((token) => (
                <li key={token.id} className={kit.row}>
                  <div className={kit.main}>
                    <p className={kit.name}>{token.name}</p>
                    <p className={kit.note}>{token.permissions.join(', ')}</p>
                    <p className={kit.note}>
                      made <When at={token.createdAt} />, ends <When at={token.expiresAt} />,{' '}
                      {token.lastUsedAt === null ? 'never used' : <When at={token.lastUsedAt} />}
                    </p>
                  </div>
                  <Act
                    needs="api-tokens:write"
                    about={token.name}
                    onClick={() =>
                      revoke.ask({
                        title: `Revoke ${token.name}?`,
                        yes: 'Revoke',
                        danger: true,
                        input: { params: { id: token.id } },
                        body: <p>What uses it is turned away from now on.</p>,
                      })
                    }
                  >
                    Revoke
                  </Act>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
      <div>
        <Act needs="api-tokens:write" onClick={() => setMaking(true)}>
          Make a token
        </Act>
      </div>
      {revoke.dialog}
      <Sheet opened={making} onClose={() => setMaking(false)} title="Make a token">
        {making ? <Make onDone={() => setMaking(false)} /> : null}
      </Sheet>
    </div>
  );
}

const DAYS = ['7', '30', '90', '365'] as const;

function Make({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState('0');
  const [days, setDays] = useState('30');
  const [token, setToken] = useState<string | null>(null);
  const add = useChange('addApiToken');
  const chosen = TOKEN_PURPOSES[Number(purpose)];
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (chosen === undefined) return;
    const made = await add.run({
      body: { name: name.trim(), permissions: [...chosen.permissions], days: Number(days) },
    });
    if (made !== null) setToken(made.token);
  };
  if (token !== null)
    return (
      <Once
        text={token}
        label="Copy the token"
        title="This is shown this once"
        note="Put it where the automation finds it and no agent does."
        onDone={onDone}
      />
    );
  return (
    <form className={kit.form} onSubmit={(event) => void send(event)}>
      <TextInput
        label="What it is for"
        placeholder="Status board"
        value={name}
        required
        maxLength={80}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Choice
        label="It may"
        value={purpose}
        {...(chosen === undefined ? {} : { help: chosen.help })}
        options={TOKEN_PURPOSES.map(({ title }, index) => ({ value: String(index), label: title }))}
        onChange={setPurpose}
      />
      <p className={kit.note}>{chosen?.permissions.join(', ')}</p>
      <Choice
        label="It ends"
        value={days}
        options={DAYS.map((each) => ({ value: each, label: `in ${each} days` }))}
        onChange={setDays}
      />
      <ErrorNote error={add.failure} />
      <div>
        <Button type="submit" variant="filled" loading={add.pending}>
          Make it
        </Button>
      </div>
    </form>
  );
}
