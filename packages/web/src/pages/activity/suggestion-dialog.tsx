// Takes up one suggestion of the fatigue meter: says what it would newly allow and for how long, then makes it.

import type { Fatigue, GrantRequest, PolicyChange } from '@castellan/contract';
import { type ReactNode, useState } from 'react';
import { type Asked, type Change, type InputOf, useChange } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import kit from '../../kit/rows.module.css';

type Suggestion = Fatigue['suggestions'][number];

const ENDS = [
  { value: '60', label: 'for an hour' },
  { value: '480', label: 'for eight hours' },
  { value: '1440', label: 'for a day' },
  { value: '10080', label: 'for a week' },
];

interface DialogProps {
  readonly suggestion: Suggestion;
  readonly onClose: () => void;
}

export function SuggestionDialog({ suggestion, onClose }: DialogProps) {
  const { agent } = suggestion;
  return agent === null ? (
    <LevelDialog suggestion={suggestion} onClose={onClose} />
  ) : (
    <GrantDialog suggestion={suggestion} agent={agent} onClose={onClose} />
  );
}

function GrantDialog({ suggestion, agent, onClose }: DialogProps & { readonly agent: GrantRequest['agent'] }) {
  const [minutes, setMinutes] = useState('480');
  const change = useChange('grant');
  const { module, tool } = suggestion;
  const body = {
    agent,
    scope: { kind: 'agent' as const },
    module,
    tool,
    arguments: [],
    uses: null,
    minutes: Number(minutes),
  };
  return (
    <Frame
      title="Make a grant"
      suggestion={suggestion}
      change={change}
      input={{ body }}
      yes="Make the grant"
      onClose={onClose}
    >
      <p>
        Calls of{' '}
        <strong>
          {module}/{tool}
        </strong>{' '}
        by this agent will run and be recorded. What a Critical or Strict rule objects to is asked as ever.
      </p>
      <Choice label="It holds" value={minutes} options={ENDS} onChange={setMinutes} />
    </Frame>
  );
}

function LevelDialog({ suggestion, onClose }: DialogProps) {
  const change = useChange('changePolicy');
  const { module, tool } = suggestion;
  const body: PolicyChange = { change: 'level', module, tool, level: 'allow' };
  return (
    <Frame
      title="Set the level"
      suggestion={suggestion}
      change={change}
      input={{ body }}
      yes="Set it to allow"
      onClose={onClose}
    >
      <p>
        Calls of{' '}
        <strong>
          {module}/{tool}
        </strong>{' '}
        by every agent will run and be recorded, until you change it. Critical and Strict rules hold as ever.
      </p>
    </Frame>
  );
}

function Frame<Name extends Asked>({
  title,
  suggestion,
  change,
  input,
  yes,
  onClose,
  children,
}: DialogProps & {
  readonly title: string;
  readonly change: Change<Name>;
  readonly input: InputOf<Name>;
  readonly yes: string;
  readonly children: ReactNode;
}) {
  const make = async (): Promise<void> => {
    if ((await change.run(input)) !== null) onClose();
  };
  return (
    <ConfirmDialog
      opened
      title={title}
      confirm={yes}
      pending={change.pending}
      failure={change.failure}
      onConfirm={() => void make()}
      onClose={onClose}
    >
      <div className={kit.stack}>
        <p className="muted">{suggestion.text}</p>
        {children}
      </div>
    </ConfirmDialog>
  );
}
