import { ExternalLink } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { classes } from './classes.ts';

/** The way to a course where it stands now, in another tab: nothing of this page is lost. `small`: only its picture. */
export function AtSource({
  url,
  name,
  title,
  small = false,
}: {
  /** Null: there is no way. */
  url: string | null;
  /** Of the course. */
  name: string;
  /** Of its platform. */
  title: string;
  small?: boolean;
}) {
  const { t } = useLanguage();
  if (url === null) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={t('courses.atSource.label', { name, title })}
      title={t('courses.atSource.on', { title })}
      className={classes(
        'inline-flex items-center gap-1 text-primary',
        small ? 'size-6 justify-center rounded align-middle hover:bg-primary-soft' : 'underline underline-offset-4',
      )}
    >
      {!small && t('courses.atSource')}
      <ExternalLink className="size-3.5 shrink-0" aria-hidden="true" />
    </a>
  );
}
