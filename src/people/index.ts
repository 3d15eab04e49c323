export {
  createPeople,
  type Erasure,
  type ErasureWish,
  type People,
  type PeopleOptions,
  type PersonWish,
} from './people.ts';
