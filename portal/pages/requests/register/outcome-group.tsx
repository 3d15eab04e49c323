import type { Site } from '@jouvence/contract';
import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import { useState } from 'react';
import { useLanguage } from '../../../language.tsx';
import { Button } from '../../../ui/button.tsx';
import type { Registered } from './use-register.ts';

const looks = {
  registered: { icon: CircleCheck, text: 'text-good' },
  already: { icon: Info, text: 'text-note' },
  refused: { icon: CircleAlert, text: 'text-bad' },
};
/** More are shown when somebody asks for them. */
const mostAtFirst = 50;

/** Courses of which the same became. */
export function OutcomeGroup({
  title,
  outcome,
  found,
  target,
}: {
  title: string;
  outcome: Registered['outcome'];
  found: readonly Registered[];
  target: Site;
}) {
  const { t, number } = useLanguage();
  const [isWhole, setIsWhole] = useState(false);
  if (found.length === 0) return null;
  const { icon: Icon, text } = looks[outcome];
  const shown = isWhole ? found : found.slice(0, mostAtFirst);
  return (
    <div>
      <h3 className={`flex items-center gap-2 font-semibold ${text}`}>
        <Icon className="size-4 shrink-0" aria-hidden="true" />
        {title} ({number(found.length)})
      </h3>
      <ul className="mt-2 divide-y divide-line rounded-md border border-line">
        {shown.map((each) => (
          <OutcomeRow key={`${each.source}:${each.courseid}`} registered={each} target={target} />
        ))}
      </ul>
      {shown.length < found.length && (
        <Button small className="mt-2" onClick={() => setIsWhole(true)}>
          {t('requests.register.showAll', { count: found.length, shown: number(found.length) })}
        </Button>
      )}
    </div>
  );
}

function OutcomeRow({ registered, target }: { registered: Registered; target: Site }) {
  const { t, maybe, language } = useLanguage();
  const { source, courseid, course, fullname, request, error } = registered;
  const sentence = error && maybe(`error.${error.code}`);
  return (
    <li className="space-y-0.5 px-3 py-2">
      {fullname !== null && (
        <p className="font-medium wrap-anywhere">
          <a
            href={`${target.url}/course/view.php?id=${course}`}
            target="_blank"
            rel="noreferrer"
            className="text-primary"
          >
            <bdi>{fullname}</bdi>
          </a>
        </p>
      )}
      <p className="text-sm wrap-anywhere text-muted">
        <bdi>{t('requests.register.fromTo', { from: `${source}:${courseid}`, to: `${target.name}:${course}` })}</bdi>
        {request !== null && ` · ${t('requests.register.byRequest', { id: request })}`}
      </p>
      {error && (
        <p className="text-sm wrap-anywhere">
          {language !== 'en' && sentence && `${sentence} `}
          <bdi lang={language === 'en' ? undefined : 'en'}>{error.message}</bdi>
        </p>
      )}
    </li>
  );
}
