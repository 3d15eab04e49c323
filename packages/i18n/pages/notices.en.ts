/** Texts of the pages about notices. */
export const noticesPagesEn = {} as const;
