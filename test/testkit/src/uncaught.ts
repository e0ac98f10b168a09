/** What would end the daemon while this is in force: errors that nobody hears, and rejections that nobody handles. */
export function uncaught(): Disposable & { readonly errors: readonly string[] } {
  const errors: string[] = [];
  const note = (error: unknown): void => void errors.push(String(error));
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  for (const event of events) process.on(event, note);
  return {
    errors,
    [Symbol.dispose]() {
      for (const event of events) process.off(event, note);
    },
  };
}
