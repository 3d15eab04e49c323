/** Texts of the pages about operators. */
export const operatorsPagesEn = {} as const;
