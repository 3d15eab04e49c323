import type { Request } from '@jouvence/contract';
import { nameText } from '@jouvence/i18n/browser';
import type { ReactNode } from 'react';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { AtSource } from '../../ui/at-source.tsx';
import { When } from '../../ui/when.tsx';
import { actorWords } from './words.ts';

interface Fact {
  name:
    | 'source'
    | 'target'
    | 'courseid'
    | 'newCourse'
    | 'category'
    | 'people'
    | 'enrolments'
    | 'idnumber'
    | 'authors'
    | 'person'
    | 'actor'
    | 'created'
    | 'id';
  /** Nothing: it is not said. */
  value: ReactNode;
}

/** What was asked for, by whom and for whom. */
export function Facts({ request }: { request: Request }) {
  const language = useLanguage();
  const { t, time } = language;
  const { operate } = useMay();
  const { titles, source, target, courseid, category, newCourse, person, actor, people, enrolments } = request;
  const site = (name: string, title: string) => (
    <>
      <bdi>{title}</bdi> {operate && title !== name && <span className="text-muted">({name})</span>}
    </>
  );
  const wished =
    category.kind === 'id' ? t('requests.category.id', { id: category.id }) : t(`category.is.${category.kind}`);
  const facts: Fact[] = [
    {
      name: 'source',
      value: (
        <>
          {site(source, titles.source)}
          {request.courseUrl && (
            <div>
              <AtSource url={request.courseUrl} name={request.courseName} title={titles.source} />
            </div>
          )}
        </>
      ),
    },
    { name: 'target', value: site(target, titles.target) },
    { name: 'courseid', value: operate && `${source}:${courseid}` },
    {
      name: 'newCourse',
      value: newCourse && (
        <>
          <bdi>{newCourse.fullname}</bdi> (<bdi>{newCourse.shortname}</bdi>)
        </>
      ),
    },
    { name: 'category', value: newCourse ? <bdi>{newCourse.category}</bdi> : wished },
    { name: 'people', value: t(people ? 'requests.people.with' : 'requests.people.without') },
    { name: 'enrolments', value: t(`requests.enrolments.${enrolments}`) },
    { name: 'idnumber', value: request.keepIdnumber && t('yes') },
    { name: 'authors', value: request.keepFileAuthors && t('yes') },
    { name: 'person', value: person === null ? t('requests.nobody') : <bdi>{nameText(language, person)}</bdi> },
    { name: 'actor', value: operate ? <bdi>{nameText(language, actor)}</bdi> : actorWords(request, language) },
    {
      name: 'created',
      value: (
        <>
          {time(request.createdAt)} (<When at={request.createdAt} />)
        </>
      ),
    },
    { name: 'id', value: <code translate="no">{request.id}</code> },
  ];
  return (
    <section aria-labelledby="facts" className="rounded-lg border border-line bg-surface p-4">
      <h2 id="facts" className="mb-3 text-lg font-semibold">
        {t('requests.facts')}
      </h2>
      <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-3 gap-y-2 text-sm">
        {facts.map(
          ({ name, value }) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-muted">{t(`requests.fact.${name}`)}</dt>
                <dd className="min-w-0 wrap-anywhere">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
