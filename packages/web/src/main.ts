// The first code of the page: it makes the browser strict and sets the theme before anything that could draw is loaded.
import './styles/tokens.css';
import './styles/base.css';
import { makeStrict } from './app/strict.ts';
import { applyTheme, storedTheme } from './app/theme-choice.ts';

makeStrict(globalThis, document);
applyTheme(document.documentElement, storedTheme(localStorage));
// The page most people open is fetched beside what draws it, not after it.
if (location.pathname === '/') void import('./pages/inbox/index.tsx');
const { start } = await import('./start.tsx');
start(document);
