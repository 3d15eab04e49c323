/** Joins what is there: `classes('a', isBig && 'b')`. */
export const classes = (...parts: (string | false | null | undefined)[]): string => parts.filter(Boolean).join(' ');
