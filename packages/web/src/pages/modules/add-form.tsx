// The form for a new server: a program on this machine or an address. What is wrong stands beside its field.
import { Button, Radio, Textarea, TextInput } from '@mantine/core';
import '@mantine/core/styles/Radio.layer.css';
import { type FormEvent, useState } from 'react';
import type { Failure } from '../../connection/failure.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import kit from '../../kit/rows.module.css';
import { type Field, faultsOf, readTyped, type Typed } from './add-model.ts';
import css from './servers.module.css';

/** Folded away until one of them is at fault: most servers need none of them. */
const SIGN_IN: readonly Field[] = ['scopes', 'signInHosts', 'clientId', 'clientSecret'];

export function AddForm({
  typed,
  onChange,
  failure,
  pending,
  onGo,
}: {
  readonly typed: Typed;
  readonly onChange: (typed: Typed) => void;
  readonly failure: Failure | null;
  readonly pending: boolean;
  readonly onGo: () => void;
}) {
  const [told, setTold] = useState(false);
  const read = readTyped(typed);
  const faults = { ...faultsOf(failure), ...(told && !read.ok ? read.faults : {}) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTold(!read.ok);
    if (read.ok) onGo();
  };
  const field = (name: Field) => ({
    value: typed[name],
    error: faults[name] ?? null,
    spellCheck: false,
    autoCapitalize: 'off',
    autoComplete: 'off',
    disabled: pending,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ ...typed, [name]: event.currentTarget.value }),
  });
  /** One thing a line. */
  const lines = (name: Field) => ({ autosize: true, minRows: 2, maxRows: 10, ...field(name) });
  return (
    <form className={kit.form} onSubmit={submit} autoComplete="off" noValidate>
      <TextInput
        label="Name"
        description="How agents see its tools: github becomes github__create_issue"
        placeholder="github"
        data-autofocus
        {...field('name')}
      />
      <fieldset className={css.reached}>
        <legend>How it is reached</legend>
        <Radio
          label="A program on this machine"
          name="reached"
          disabled={pending}
          checked={typed.reached === 'program'}
          onChange={() => onChange({ ...typed, reached: 'program' })}
        />
        <Radio
          label="An address"
          name="reached"
          disabled={pending}
          checked={typed.reached === 'address'}
          onChange={() => onChange({ ...typed, reached: 'address' })}
        />
      </fieldset>
      {typed.reached === 'program' ? (
        <>
          <TextInput
            label="Program"
            description="npx and uvx are made exact: the version that is found now is the one that runs from then on"
            placeholder="npx"
            {...field('command')}
          />
          <Textarea
            label="Arguments"
            description="One a line, as they are: no shell reads them"
            placeholder="@modelcontextprotocol/server-filesystem"
            {...lines('args')}
          />
          <Textarea
            label="Environment"
            description="One a line: NAME=value. A secret stays in the vault: GITHUB_TOKEN=${secret:GITHUB_TOKEN}"
            {...lines('env')}
          />
        </>
      ) : (
        <>
          <TextInput label="Address" placeholder="https://mcp.example.com/mcp" inputMode="url" {...field('url')} />
          <Textarea
            label="Headers"
            description="One a line: Name: value. A secret stays in the vault: Authorization: Bearer ${secret:NAME}"
            {...lines('headers')}
          />
          <details className={kit.fold} {...(SIGN_IN.some((name) => faults[name] !== undefined) && { open: true })}>
            <summary>Sign-in</summary>
            <Textarea
              label="Scopes"
              description="What you allow it, where it should ask for that and nothing else"
              placeholder="notes:read"
              {...lines('scopes')}
            />
            <Textarea
              label="Hosts it may lead to"
              description="One a line, only where you sign in at one company's hosts and the server is another's: it leads there and nowhere else. Leave it empty otherwise"
              placeholder={'accounts.example.com\noauth.example.net'}
              {...lines('signInHosts')}
            />
            <TextInput label="Client" description="Its name, where you registered one by hand" {...field('clientId')} />
            <TextInput
              label="Its secret"
              description="As a place of the vault"
              placeholder="${secret:NAME}"
              {...field('clientSecret')}
            />
          </details>
        </>
      )}
      <TextInput
        label="Longest call"
        description="In seconds: after that it is given up. 60 where this is empty"
        placeholder="60"
        inputMode="numeric"
        {...field('timeout')}
      />
      <ErrorNote error={failure} />
      <div>
        <Button type="submit" variant="filled" loading={pending}>
          Go on
        </Button>
      </div>
    </form>
  );
}
