import type { Site } from '@jouvence/contract';
import { useNavigate } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice } from '../../ui/disclosure.tsx';
import { useToast } from '../../ui/toast.tsx';
import { AddByCode } from './add-by-code.tsx';
import { AddByToken } from './add-by-token.tsx';
import { type AddWay, addWays } from './search.ts';

/** A new site, by one of three ways; then its own page checks it. */
export function AddSite({ way, onWay }: { way: AddWay | undefined; onWay: (way: AddWay | undefined) => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const navigate = useNavigate();
  const goTo = (site: Site): void => {
    toast.done(t('sites.add.done', { site: site.title || site.name }));
    void navigate({ to: '/sites/$site', params: { site: site.name }, search: { added: true } });
  };
  return (
    <Dialog open={way !== undefined} onClose={() => onWay(undefined)} title={t('sites.add.title')} place="side">
      {way && (
        <div className="space-y-5">
          <Choice<AddWay>
            label={t('sites.add.way')}
            value={way}
            onChoose={onWay}
            choices={addWays.map((value) => ({ value, label: t(`sites.add.way.${value}`) }))}
          />
          {way === 'code' ? (
            <AddByCode onAdded={goTo} />
          ) : (
            <AddByToken key={way} strasbourg={way === 'strasbourg'} onAdded={goTo} />
          )}
        </div>
      )}
    </Dialog>
  );
}
