import { useLanguage } from '../../../language.tsx';
import { Button } from '../../../ui/button.tsx';
import { Command } from '../../../ui/command.tsx';
import type { useRegister } from './use-register.ts';

/** Looks first; what is the same on the command line stands below, and changes nothing either until one has looked. */
export function LookButton({
  register,
  disabled,
  words,
}: {
  register: ReturnType<typeof useRegister>;
  disabled?: boolean;
  words: string[];
}) {
  const { t } = useLanguage();
  return (
    <>
      <Button
        type="submit"
        look={register.state ? 'plain' : 'primary'}
        busy={register.state?.isWorking}
        disabled={disabled}
      >
        {t('requests.register.look')}
      </Button>
      <Command words={['requests', 'register', ...words, ...(register.state ? [] : ['--dry-run'])]} />
    </>
  );
}
