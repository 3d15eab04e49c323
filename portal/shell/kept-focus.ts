import { useEffect } from 'react';

/** What had the keyboard last, and what it stood in, from the inside outwards. */
interface Held {
  element: HTMLElement;
  around: Element[];
}

const choices = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), summary';

/**
 * Whatever is done by the keyboard may take away the button that did it, and the browser then begins at the top of the page
 * again. So the focus goes to what stands in its place (or back to the button that was busy for a while), else to the
 * nearest heading. Whoever clicks beside everything has let go, and is left alone.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let held: Held | null = null;
    let isDue = false;
    const isLost = () => document.activeElement === null || document.activeElement === document.body;
    const settle = (): void => {
      isDue = false;
      if (!held || !isLost() || !document.hasFocus() || document.querySelector('dialog[open]')) return;
      const { element } = held;
      // It is told with a change of it when that has ended.
      if (element.isConnected && element.ariaBusy === 'true') return;
      const next = element.isConnected && !element.matches(':disabled') ? element : standIn(held);
      held = null;
      next?.focus({ preventScroll: true });
    };
    const look = (): void => {
      if (isDue || !held) return;
      isDue = true;
      setTimeout(settle, 30);
    };
    const hold = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement && target.closest('main') && !target.closest('dialog'))
        held = { element: target, around: ancestorsOf(target) };
      else if (target instanceof HTMLElement && !target.closest('dialog')) held = null;
    };
    const letGo = ({ target }: PointerEvent): void => {
      if (target instanceof Element && !target.closest(`${choices}, label, dialog`)) held = null;
    };
    const observer = new MutationObserver(look);
    const what = { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled', 'aria-busy'] };
    observer.observe(document.body, what);
    document.addEventListener('focusin', hold);
    document.addEventListener('pointerdown', letGo);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', hold);
      document.removeEventListener('pointerdown', letGo);
    };
  }, []);
}

function ancestorsOf(element: Element): Element[] {
  const above = element.parentElement;
  return above === null || element.tagName === 'MAIN' ? [] : [above, ...ancestorsOf(above)];
}

function standIn({ element, around }: Held): HTMLElement | null {
  // What copies a command line does nothing here.
  const isNext = (each: HTMLElement) => each !== element && !each.closest('[data-command]');
  for (const [far, place] of around.entries()) {
    if (!place.isConnected) continue;
    const isRow = place.tagName === 'LI';
    const beside = far < 2 || isRow ? [...place.querySelectorAll<HTMLElement>(choices)].filter(isNext) : [];
    // Of a row the first, which is what it is about, and not what another press would do.
    const found = beside.at(far < 2 ? -1 : 0) ?? place.querySelector<HTMLElement>('h1, h2, h3');
    if (!found) continue;
    if (/^H\d$/.test(found.tagName)) found.tabIndex = -1;
    return found;
  }
  return null;
}
