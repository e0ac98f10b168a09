// What would be decided of a call: nothing runs and nothing is recorded.

import type { Preset, RouteResponse } from '@castellan/contract';
import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../connection/context.tsx';
import { ask, useAsk } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import { EffectList } from '../../kit/effect-list.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { ReasonLine } from '../../kit/reason-line.tsx';
import kit from '../../kit/rows.module.css';
import { PRESETS } from '../modules/model.ts';
import { EXAMPLES, folderOf, parseInput } from './model.ts';
import css from './rules.module.css';

type Answer = RouteResponse<'try'>;
const IN_FORCE = 'in-force';

export function TryBox() {
  const api = useApi();
  const status = useAsk('status');
  const [tool, setTool] = useState('Bash');
  const [input, setInput] = useState('{ "command": "npm test" }');
  const [folder, setFolder] = useState<string | null>(null);
  const [preset, setPreset] = useState<Preset | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const cwd = folder ?? folderOf(status.data?.sessions ?? []);

  const run = async (tool: string, text: string): Promise<void> => {
    const parsed = parseInput(text);
    setFault(parsed.ok ? null : parsed.why);
    if (!parsed.ok) return;
    setPending(true);
    try {
      const body = { tool, input: parsed.value, cwd, ...(preset === null ? {} : { preset }) };
      setAnswer(await ask(api, 'try', { body }));
      setFailure(null);
    } catch (error) {
      setAnswer(null);
      setFailure(error);
    } finally {
      setPending(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(tool.trim(), input);
  };
  return (
    <section className={css.try} aria-labelledby="try">
      <h2 id="try">Try a call</h2>
      <p className={kit.note}>What would be decided. Nothing runs, and nothing is recorded.</p>
      <div className={css.examples}>
        {EXAMPLES.map((example) => (
          <Button
            key={example.title}
            onClick={() => {
              const text = JSON.stringify(example.input);
              setTool(example.tool);
              setInput(text);
              void run(example.tool, text);
            }}
          >
            {example.title}
          </Button>
        ))}
      </div>
      <form className={css.form} onSubmit={submit}>
        <TextInput
          label="Tool"
          value={tool}
          required
          spellCheck={false}
          autoCapitalize="off"
          onChange={(event) => setTool(event.currentTarget.value)}
        />
        <TextInput
          label="Folder"
          value={cwd}
          required
          spellCheck={false}
          autoCapitalize="off"
          onChange={(event) => setFolder(event.currentTarget.value)}
        />
        <Choice
          label="Preset"
          value={preset ?? IN_FORCE}
          options={[
            { value: IN_FORCE, label: 'As it is in force' },
            ...PRESETS.map(({ preset, title }) => ({ value: preset, label: `As if ${title}` })),
          ]}
          onChange={(value) => setPreset(PRESETS.find(({ preset }) => preset === value)?.preset ?? null)}
        />
        <Textarea
          className={css.input ?? ''}
          label="Input"
          value={input}
          error={fault}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          autoCapitalize="off"
          onChange={(event) => setInput(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="filled" loading={pending}>
            Try
          </Button>
        </div>
      </form>
      <div aria-live="polite">
        <ErrorNote error={failure} />
        {answer === null ? null : <Verdict answer={answer} />}
      </div>
    </section>
  );
}

function Verdict({ answer: { verdict, effects, summary } }: { readonly answer: Answer }) {
  return (
    <div className={css.verdict}>
      <p className={kit.name}>
        <OutcomeMark outcome={verdict.outcome} /> {summary}
      </p>
      <h3>Why</h3>
      <ul className={kit.stack}>
        {verdict.reasons.map((reason) => (
          <ReasonLine key={`${reason.source} ${reason.id} ${reason.text}`} reason={reason} />
        ))}
      </ul>
      <h3>What it would do</h3>
      <EffectList effects={effects} />
    </div>
  );
}
