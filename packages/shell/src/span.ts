// A place in the text of a command: from the first character to behind the last one.
export type Span = readonly [number, number];
