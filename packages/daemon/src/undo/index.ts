// The door of undo: what calls do to files, kept before they do it and put back when a person says so.
export { openUndo, type UndoRoom } from './open-undo.ts';
export { type UndoAnswer, type UndoFault, Undoing } from './undoing.ts';
