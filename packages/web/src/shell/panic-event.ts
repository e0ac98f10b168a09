// Every way to the panic (a button, `P P`) opens the one dialog of the shell.

export const PANIC_EVENT = 'castellan:panic';
export const pressPanic = (): void => {
  dispatchEvent(new Event(PANIC_EVENT));
};
