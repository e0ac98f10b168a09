// A key, as it stands on the keyboard.
import css from './kbd.module.css';

export const Kbd = ({ children }: { readonly children: string }) => <kbd className={css.kbd}>{children}</kbd>;
