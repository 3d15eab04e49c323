export { detectPeople, type PeopleDetector, type PeopleFinding } from './people/detect.ts';
export { documentWithoutPeople } from './people/documents.ts';
export { areaOwner } from './people/file-areas.ts';
export {
  type BackupDocument,
  type FileOwnership,
  type PeoplePlan,
  planWithoutPeople,
  type WithoutPeople,
  withoutPeople,
} from './people/plan.ts';
export { type LeftOut, rewriteWithoutPeople } from './people/rewrite.ts';
