// A range: as many numbers as it says, none of them kept. INVARIANT: step is not 0; start, stop, step and the distance from start to stop are
// safe integers, and so is everything that is computed of them here.

/** What `range` gives. */
export class Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = rangeLength(start, stop, step);
  }

  at(index: number): number {
    return this.start + index * this.step;
  }

  contains(value: number): boolean {
    if (this.step > 0 ? value < this.start || value >= this.stop : value > this.start || value <= this.stop)
      return false;
    const delta = value - this.start;
    return delta % this.step === 0;
  }
}

/** Whether there is such a range. */
export function isRange(start: number, stop: number, step: number): boolean {
  return [start, stop, step, stop - start].every(Number.isSafeInteger);
}

function rangeLength(start: number, stop: number, step: number): number {
  if (step > 0) return stop > start ? Math.floor((stop - 1 - start) / step) + 1 : 0;
  return start > stop ? Math.floor((start - 1 - stop) / -step) + 1 : 0;
}
