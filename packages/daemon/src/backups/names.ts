// What copies are called where nobody names them: by their time, so that the newest is the last in any list.
const NAME = /^castellan-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.copy$/;

/** `20260131T235959Z` */
export const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

export const copyName = (at: number): string => `castellan-${stampOf(at)}.copy`;

/** When it was made, to the second; null: it is not one of ours. */
export function timeOfName(name: string): number | null {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
