import type { AuditLine } from '@jouvence/contract';
import { auditThingText, readAuditThing } from '@jouvence/i18n/browser';
import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { placeOf, useSiteNames } from './site-names.ts';

/** What something was done to, in words; where there is a page about it, a way there. */
export function Thing({ line }: { line: AuditLine }) {
  const { t, maybe } = useLanguage();
  const names = useSiteNames();
  const thing = readAuditThing(line.object);
  const setting = thing.kind === 'setting' ? maybe(`settings.name.${thing.name}`) : undefined;
  const text = <bdi>{setting ? t('audit.settingNamed', { name: setting }) : auditThingText({ maybe }, thing)}</bdi>;
  const way = wayTo(line, names);
  return way === undefined ? (
    text
  ) : (
    <Link to={way.to as string} search={way.search as never} className="text-primary wrap-anywhere">
      {text}
    </Link>
  );
}

/** Where that is to be seen; undefined: nowhere, or not any more. */
function wayTo(
  { object, action, before, after }: AuditLine,
  names: ReadonlyMap<number, string>,
): { to: string; search?: object } | undefined {
  const { kind, name } = readAuditThing(object);
  const known = new Set(names.values());
  switch (kind) {
    case 'site':
      return known.has(name) ? { to: `/sites/${name}` } : undefined;
    case 'pair': {
      const target = name.split(' → ')[1];
      return target !== undefined && known.has(target) ? { to: `/sites/${target}` } : undefined;
    }
    case 'request':
      return action === 'requests.delete' || !/^[A-Za-z0-9]{12}$/.test(name) ? undefined : { to: `/requests/${name}` };
    case 'operator':
      return action === 'operators.remove' ? undefined : { to: '/operators', search: { operator: name } };
    case 'token':
      return { to: '/operators', search: { tab: 'tokens' } };
    case 'setting':
      return { to: '/settings', search: { edit: name, ...placeOf(after ?? before, names) } };
    case 'message':
      return { to: '/notices', search: { tab: 'outbox' } };
    default:
      return undefined;
  }
}
