// Narrows the list down: by words, agent, task and outcome.
import { OUTCOMES } from '@castellan/contract';
import { useAsk } from '../../connection/use-ask.ts';
import { Choice } from '../../kit/choice.tsx';
import kit from '../../kit/rows.module.css';
import { SearchBox } from '../../kit/search-box.tsx';
import type { Filters } from './model.ts';

const ANY = '';

export function Filter({
  filters,
  onChange,
}: {
  readonly filters: Filters;
  readonly onChange: (next: Filters) => void;
}) {
  const status = useAsk('status');
  const agents = status.data?.agents ?? [];
  const tasks = status.data?.tasks ?? [];
  return (
    <search className={kit.bar}>
      <SearchBox label="Find a call" value={filters.text} onChange={(text) => onChange({ ...filters, text })} />
      <Choice
        hidden
        label="Outcome"
        value={filters.outcome ?? ANY}
        options={[{ value: ANY, label: 'Any outcome' }, ...OUTCOMES.map((value) => ({ value, label: value }))]}
        onChange={(value) => onChange({ ...filters, outcome: OUTCOMES.find((outcome) => outcome === value) ?? null })}
      />
      <Choice
        hidden
        label="Agent"
        value={filters.agent ?? ANY}
        options={[{ value: ANY, label: 'Any agent' }, ...agents.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(value) => onChange({ ...filters, agent: agents.find(({ id }) => id === value)?.id ?? null })}
      />
      <Choice
        hidden
        label="Task"
        value={filters.task ?? ANY}
        options={[
          { value: ANY, label: 'Any task' },
          ...tasks.map(({ id, title }) => ({ value: id, label: title === '' ? 'Untitled task' : title })),
        ]}
        onChange={(value) => onChange({ ...filters, task: tasks.find(({ id }) => id === value)?.id ?? null })}
      />
    </search>
  );
}
