import type { Answer } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Once } from '../../ui/once.tsx';

/** To be given to whom it is for, by a way that only they read. */
export function InvitationLink({ invitation: { link, expiresAt } }: { invitation: Answer<'operators.invite'> }) {
  const { t, time } = useLanguage();
  return (
    <Once label={t('operators.link')} value={link}>
      <p>{t('operators.linkText', { date: time(expiresAt) })}</p>
    </Once>
  );
}
