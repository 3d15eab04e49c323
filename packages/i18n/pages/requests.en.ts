/** Texts of the pages about requests. */
export const requestsPagesEn = {} as const;
