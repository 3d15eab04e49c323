/** Texts of the pages about courses. */
export const coursesPagesEn = {} as const;
