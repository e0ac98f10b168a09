// The drawing surface: xterm, as large as the terminal it shows, its letters as large as fit. Loaded when one is opened.
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import { nonceOf } from '../../app/strict.ts';
import type { Draw } from './screen.ts';
import { makeStrictElements } from './strict-elements.ts';

export interface Surface {
  readonly draw: (steps: readonly Draw[]) => void;
  readonly setMayType: (may: boolean) => void;
  readonly focus: () => void;
  readonly dispose: () => void;
}

/** Dark in both themes: programs choose their colours for that. */
const THEME: ITheme = {
  background: '#131415',
  foreground: '#e6e7e8',
  cursor: '#e6e7e8',
  cursorAccent: '#131415',
  selectionBackground: '#3584c4',
};
const FONT = { usual: 13, least: 9, most: 14 };
const SCROLL_BACK = 10_000;

export interface SurfaceHost {
  readonly onInput: (text: string) => void;
  /** Whether keys go to it now: also false while the window is another one. */
  readonly onFocus: (has: boolean) => void;
}

export function openSurface(place: HTMLElement, { onInput, onFocus }: SurfaceHost): Surface {
  const usualElements = makeStrictElements(document, nonceOf(document));
  const terminal = new Terminal({
    theme: THEME,
    fontFamily: getComputedStyle(place).getPropertyValue('--mono'),
    fontSize: FONT.usual,
    scrollback: SCROLL_BACK,
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    disableStdin: true,
    cursorBlink: false,
    linkHandler: null,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  terminal.onData(onInput);
  terminal.textarea?.addEventListener('focus', () => onFocus(true));
  terminal.textarea?.addEventListener('blur', () => onFocus(false));

  // The size belongs to the program that runs in it: not the columns are fitted to the page, but the letters to the columns.
  const fitLetters = (): void => {
    const proposed = fit.proposeDimensions();
    const now = terminal.options.fontSize ?? FONT.usual;
    if (proposed === undefined || !Number.isFinite(proposed.cols)) return;
    const wanted = Math.floor(((now * proposed.cols) / terminal.cols) * 2) / 2;
    const size = Math.min(FONT.most, Math.max(FONT.least, wanted));
    if (size !== now) terminal.options.fontSize = size;
  };
  const watched = new ResizeObserver(fitLetters);
  watched.observe(place);

  return {
    draw: (steps) => {
      for (const step of steps) {
        if (step.kind === 'clear') terminal.reset();
        else if (step.kind === 'write') terminal.write(step.text);
        else {
          terminal.resize(step.columns, step.rows);
          fitLetters();
        }
      }
    },
    setMayType: (may) => {
      terminal.options.disableStdin = !may;
    },
    focus: () => terminal.focus(),
    dispose: () => {
      watched.disconnect();
      terminal.dispose();
      usualElements();
    },
  };
}
