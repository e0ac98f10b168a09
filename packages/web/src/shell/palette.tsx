// The search palette: pages, waiting approvals, agents. Arrow keys move, Enter goes.
import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Bot, CircleHelp, type LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { PAGES } from '../app/pages.ts';
import { useAsk } from '../connection/use-ask.ts';
import { useLive } from '../connection/use-live.ts';
import css from './palette.module.css';

interface Found {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly go: () => void;
}

const SHOWN = 12;

const matches = (words: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.toLowerCase().includes(word));

function useFound(query: string): readonly Found[] {
  const navigate = useNavigate();
  const waiting = useLive(({ waiting }) => waiting);
  const agents = useAsk('agents').data?.agents;
  return useMemo(() => {
    const pages = PAGES.filter(({ title, words }) => matches(`${title} ${words}`, query)).map(
      ({ path, title, icon }): Found => ({
        key: path,
        title,
        detail: 'Page',
        icon,
        go: () => void navigate({ to: path }),
      }),
    );
    if (query.trim() === '') return pages;
    const approvals = [...waiting.values()]
      .filter(({ summary, agentName, taskTitle, tool }) =>
        matches(`${summary} ${agentName} ${taskTitle} ${tool}`, query),
      )
      .slice(0, SHOWN)
      .map(
        ({ id, summary, agentName }): Found => ({
          key: id,
          title: summary,
          detail: `Waiting · ${agentName}`,
          icon: CircleHelp,
          go: () => void navigate({ to: '/', search: { approval: id } }),
        }),
      );
    const known = (agents ?? [])
      .filter(({ name, revokedAt }) => revokedAt === null && matches(name, query))
      .map(
        ({ id, name }): Found => ({
          key: id,
          title: name,
          detail: 'Agent',
          icon: Bot,
          go: () => void navigate({ to: '/agents', hash: id }),
        }),
      );
    return [...approvals, ...pages, ...known].slice(0, SHOWN);
  }, [query, waiting, agents, navigate]);
}

function Search({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = useFound(query);
  const list = useId();
  const chosen = found[Math.min(at, found.length - 1)];
  const go = (entry: Found | undefined): void => {
    if (entry === undefined) return;
    onClose();
    entry.go();
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((found.length + Math.min(at, found.length - 1) + step) % found.length);
    }
    if (event.key === 'Enter') go(chosen);
  };
  return (
    <>
      <input
        className={css.input}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.key}`}
        aria-label="Find a page, an approval or an agent"
        placeholder="Find a page, an approval or an agent"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={pressed}
        data-autofocus
      />
      <div id={list} role="listbox" aria-label="Found" className={css.list}>
        {found.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field, which keeps the focus
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the chosen option
          <div
            key={entry.key}
            id={`${list}-${entry.key}`}
            role="option"
            aria-selected={entry === chosen}
            className={css.entry}
            onClick={() => go(entry)}
          >
            <entry.icon size={17} aria-hidden />
            <span className={css.title}>{entry.title}</span>
            <span className={css.detail}>{entry.detail}</span>
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={css.none}>Nothing is called that.</p> : null}
    </>
  );
}

export function Palette({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} yOffset="12vh" size={560} padding={0}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label="Find">
        <Search onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}
