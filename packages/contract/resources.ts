/** What the API answers. Names, titles and other people's words come as they are: whoever shows them escapes them. */

export * from './resources/audit.ts';
export * from './resources/courses.ts';
export * from './resources/notices.ts';
export * from './resources/operators.ts';
export * from './resources/pairs.ts';
export * from './resources/requests.ts';
export * from './resources/service.ts';
export * from './resources/session.ts';
export * from './resources/settings.ts';
export * from './resources/sites.ts';
export * from './resources/wishes.ts';
