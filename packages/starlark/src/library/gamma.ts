// The Gamma function, by the rational approximation and the Stirling series that Cephes made known.

const TOP = [
  0.00016011952247675185, 0.0011913514700658638, 0.010421379756176158, 0.04763678004571372, 0.20744822764843598,
  0.4942148268014971, 1,
];
const BOTTOM = [
  -0.000023158187332412014, 0.0005396055804933034, -0.004456419138517973, 0.011813978522206043, 0.035823639860549865,
  -0.23459179571824335, 0.0714304917030273, 1.0,
];
const SERIES = [
  0.0007873113957930937, -0.00022954996161337813, -0.0026813261780578124, 0.0034722222160545866, 0.08333333333334822,
];

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

export function gamma(x: number): number {
  if (Number.isInteger(x) && x < 0) return Number.NaN;
  if (x === Number.NEGATIVE_INFINITY || Number.isNaN(x)) return Number.NaN;
  if (x === 0) return 1 / x;
  if (Math.abs(x) > 33) return x < 0 ? reflected(x) : stirling(x);
  let value = x;
  let factor = 1;
  while (value >= 3) {
    value -= 1;
    factor *= value;
  }
  while (value < 0) {
    if (value > -1e-9) return factor / ((1 + 0.5772156649015329 * value) * value);
    factor /= value;
    value += 1;
  }
  while (value < 2) {
    if (value < 1e-9) return factor / ((1 + 0.5772156649015329 * value) * value);
    factor /= value;
    value += 1;
  }
  if (value === 2) return factor;
  value -= 2;
  return (factor * polynomial(value, TOP)) / polynomial(value, BOTTOM);
}

function reflected(x: number): number {
  const size = -x;
  const whole = Math.floor(size);
  const fraction = size - whole > 0.5 ? size - whole - 1 : size - whole;
  const sine = size * Math.sin(Math.PI * fraction);
  if (sine === 0) return Number.NaN;
  const value = Math.PI / (Math.abs(sine) * stirling(size));
  return whole % 2 === 0 ? -value : value;
}

function stirling(x: number): number {
  if (x > 171.6144788718229) return Number.POSITIVE_INFINITY;
  const inverse = 1 / x;
  const correction = 1 + inverse * polynomial(inverse, SERIES);
  if (x <= 143.01608) return Math.sqrt(2 * Math.PI) * x ** (x - 0.5) * Math.exp(-x) * correction;
  // Half of the power at a time, because the whole would be infinite.
  const half = x ** (0.5 * x - 0.25);
  return Math.sqrt(2 * Math.PI) * half * (half / Math.exp(x)) * correction;
}
