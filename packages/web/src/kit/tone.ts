// The hues a word may have. The word itself says what it is: a hue only repeats it.

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';
