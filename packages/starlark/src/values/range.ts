// A range: as many numbers as it says, none of them kept. INVARIANT: step is not 0; every element is a safe integer.

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
    const delta = value - this.start;
    const index = delta / this.step;
    return delta % this.step === 0 && index >= 0 && index < this.length;
  }
}

function rangeLength(start: number, stop: number, step: number): number {
  if (step > 0) return stop > start ? Math.floor((stop - 1 - start) / step) + 1 : 0;
  return start > stop ? Math.floor((start - 1 - stop) / -step) + 1 : 0;
}
