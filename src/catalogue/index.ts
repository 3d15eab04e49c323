export type {
  Catalogue,
  CatalogueCourse,
  CatalogueFilters,
  ListOptions,
  PersonRef,
  SourceCourses,
  Taking,
} from './catalogue.ts';
export type { Judged, PluginName, Reason, TargetPlugins, Verdict } from './verdict.ts';
