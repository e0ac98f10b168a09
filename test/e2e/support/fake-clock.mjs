// Loaded into a daemon before anything else: its wall clock is off by what the file CLOCK_OFFSET names says, in
// milliseconds, read anew each time. The monotonic clock is left alone, as it is when somebody sets the machine's clock.
import { readFileSync } from 'node:fs';

const real = Date.now.bind(Date);
Date.now = () => real() + Number(readFileSync(process.env.CLOCK_OFFSET ?? '', 'utf8'));
