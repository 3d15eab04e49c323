import { startTransition, useOptimistic } from 'react';

/**
 * A control whose value lives elsewhere, in the address for instance, which follows a moment later: what was chosen is
 * shown at once, and does not jump back in between. `onChange` may return the promise of that moment.
 */
export function useAtOnce<T, E>(
  value: T,
  onChange: ((event: E) => unknown) | undefined,
  read: (event: E) => T,
): { shown: T; choose: (event: E) => void } {
  const [shown, setShown] = useOptimistic(value);
  const choose = (event: E): void =>
    startTransition(async () => {
      setShown(read(event));
      await onChange?.(event);
    });
  return { shown, choose };
}
