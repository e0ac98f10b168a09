// Puts the model on the terminal. Ink draws; nothing is decided here.
import { Box, render, Text, useInput, usePaste, useWindowSize } from 'ink';
import { createElement, useEffect, useSyncExternalStore } from 'react';
import type { Line, Tone } from '../text/tone.ts';
import type { World } from '../world.ts';

export interface Screen {
  /** What to show now. */
  readonly lines: () => readonly Line[];
  /** Calls back whenever `lines` gives something new; returns how to stop. */
  readonly subscribe: (changed: () => void) => () => void;
  readonly key: (key: string) => void;
  readonly paste: (text: string) => void;
  readonly resized: (columns: number, rows: number) => void;
}

type Look = { readonly bold?: true; readonly dimColor?: true; readonly color?: string };
const LOOKS: Readonly<Record<Tone, Look>> = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  danger: { bold: true, color: 'red' },
  caution: { color: 'yellow' },
  good: { color: 'green' },
};

/** Without colour, bold and dim stay: they are no colours, and the words carry the meaning anyway. */
function lookOf(tone: Tone, colour: boolean): Look {
  const { color, ...rest } = LOOKS[tone];
  return colour && color !== undefined ? { ...rest, color } : rest;
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const;

function App({ screen, colour }: { readonly screen: Screen; readonly colour: boolean }) {
  const lines = useSyncExternalStore(screen.subscribe, screen.lines);
  const { columns, rows } = useWindowSize();
  useEffect(() => screen.resized(columns, rows), [screen, columns, rows]);
  usePaste((text) => screen.paste(text));
  useInput((input, key) => {
    const named = NAMED.find(([name]) => key[name]);
    if (named !== undefined) return screen.key(named[1]);
    if (key.ctrl) return input === 'c' ? screen.key('ctrl-c') : undefined;
    if (key.meta || key.tab) return undefined;
    // Several characters in one read are a paste of a terminal that does not say so, never keys.
    return [...input].length === 1 ? screen.key(input) : screen.paste(input);
  });
  return createElement(
    Box,
    { flexDirection: 'column' },
    lines.map((line, row) =>
      createElement(
        Text,
        { key: row, wrap: 'truncate', ...lookOf(line.tone, colour) },
        line.text === '' ? ' ' : line.text,
      ),
    ),
  );
}

/** Shows it until `signal` fires. */
export async function showScreen(world: World, screen: Screen, signal: AbortSignal): Promise<void> {
  const app = render(createElement(App, { screen, colour: world.env.NO_COLOR === undefined }), {
    stdout: world.stdout,
    stdin: world.stdin,
    stderr: world.stderr,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    interactive: true,
  });
  signal.addEventListener('abort', () => app.unmount());
  await app.waitUntilExit();
}
