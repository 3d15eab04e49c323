export type {
  Catalogue,
  CatalogueCourse,
  CatalogueFilters,
  Held,
  ListOptions,
  PersonRef,
  SourceCourses,
  Taking,
} from './catalogue.ts';
export { createCatalogue } from './create-catalogue.ts';
export { fold } from './filters.ts';
export { judge, judgedOutline, judgeUnseen } from './judge.ts';
export type { Judged, PluginName, Reason, TargetPlugins, Verdict } from './verdict.ts';
export { withKey } from './with-key.ts';
