// How a statement ended.

/** The next one is to run. */
export const NEXT = 0;
export const BREAK = 1;
export const CONTINUE = 2;
/** The value is `thread.result`. */
export const RETURN = 3;
