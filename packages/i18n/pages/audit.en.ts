/** Texts of the pages about audit. */
export const auditPagesEn = {} as const;
