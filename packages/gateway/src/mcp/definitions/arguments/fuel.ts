// What one check may cost, counted in steps instead of time, so that the same arguments are always answered the same way.

/** Thrown out of a check that has spent everything; its caller refuses the call. */
export class OutOfFuel extends Error {}

export class Fuel {
  private left: number;
  constructor(steps: number) {
    this.left = steps;
  }
  refill(steps: number): void {
    this.left = steps;
  }
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new OutOfFuel('the check costs too much');
  }
}
