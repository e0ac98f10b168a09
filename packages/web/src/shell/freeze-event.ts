// The key `f` of a page presses the one Freeze button.

export const FREEZE_EVENT = 'castellan:freeze';
export const pressFreeze = (): void => {
  dispatchEvent(new Event(FREEZE_EVENT));
};
