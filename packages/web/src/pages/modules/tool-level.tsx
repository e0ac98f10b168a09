// What a call of one tool gets, where that comes from, and the control that sets it.
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import kit from '../../kit/rows.module.css';
import { LevelChoice } from './level-choice.tsx';
import { FROM_WORDS, type ToolRow } from './model.ts';
import css from './modules.module.css';
import type { AskChange } from './use-policy-change.tsx';

export function ToolLevel({ row, ask }: { readonly row: ToolRow; readonly ask: AskChange }) {
  const { module, name, label, kind, set, inForce, from } = row;
  return (
    <>
      <p className={css.force}>
        <OutcomeMark outcome={inForce} />
        <span className={kit.note}>{FROM_WORDS[from]}</span>
      </p>
      <LevelChoice
        label={`Level of ${module}/${name}`}
        set={set}
        inherited={kind === 'safe' ? 'inherit (safe)' : 'inherit'}
        onChange={(level) =>
          ask({
            title: `Change ${label.charAt(0).toLowerCase()}${label.slice(1)}?`,
            yes: 'Change the level',
            change: { change: 'level', module, tool: name, level },
          })
        }
      />
    </>
  );
}
