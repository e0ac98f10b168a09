// The level of a module or of one tool, for whoever may set it.
import type { Level } from '@castellan/contract';
import { useMay } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import { LEVEL_WORDS, LEVELS } from './model.ts';
import css from './modules.module.css';

const INHERIT = 'inherit';

export function LevelChoice({
  label,
  set,
  inherited,
  onChange,
}: {
  readonly label: string;
  readonly set: Level | null;
  readonly inherited: string;
  readonly onChange: (level: Level | null) => void;
}) {
  const may = useMay('policy:write');
  if (!may) return null;
  return (
    <div className={css.level}>
      <Choice
        hidden
        label={label}
        value={set ?? INHERIT}
        options={[
          { value: INHERIT, label: inherited },
          ...LEVELS.map((level) => ({ value: level, label: `${level}: ${LEVEL_WORDS[level]}` })),
        ]}
        onChange={(value) => onChange(LEVELS.find((level) => level === value) ?? null)}
      />
    </div>
  );
}
