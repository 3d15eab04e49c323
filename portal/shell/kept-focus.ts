import { useEffect } from 'react';

/** What had the keyboard last, and what it stood in, from the inside outwards. */
interface Held {
  element: HTMLElement;
  around: Element[];
}

const choices =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary';

/**
 * Whatever is done by the keyboard may take away the button that did it, and the browser then begins at the top of the page
 * again. So the focus goes to what stands in its place (or back to the button that was busy for a while), else to the
 * nearest heading. In a dialog it stays there; what was held below it is held until the dialog has closed. Whoever clicks
 * beside everything has let go, and is left alone.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let below: Held | null = null;
    let inDialog: Held | null = null;
    let isDue = false;
    const isLost = () => document.activeElement === null || document.activeElement === document.body;
    /** Of the page, or of the dialog on top of it. */
    const current = (): Held | null => {
      const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
      return dialog ? (inDialog?.around.includes(dialog) ? inDialog : null) : below;
    };
    const settle = (): void => {
      isDue = false;
      const held = current();
      if (!held || !isLost() || !document.hasFocus()) return;
      const { element } = held;
      // It is told with a change of it when that has ended.
      if (element.isConnected && element.ariaBusy === 'true') return;
      const next = element.isConnected && !element.matches(':disabled') ? element : standIn(held);
      if (held === below) below = null;
      else inDialog = null;
      next?.focus({ preventScroll: true });
    };
    const look = (): void => {
      if (isDue || !(below ?? inDialog)) return;
      isDue = true;
      setTimeout(settle, 30);
    };
    const hold = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      const held = { element: target, around: ancestorsOf(target) };
      if (target.closest('dialog')) inDialog = held;
      else below = target.closest('main') ? held : null;
    };
    const letGo = ({ target }: PointerEvent): void => {
      if (target instanceof Element && !target.closest(`${choices}, label, dialog`)) below = null;
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

/** As far as the page goes, or the dialog. */
function ancestorsOf(element: Element): Element[] {
  const above = element.parentElement;
  return above === null || ['MAIN', 'DIALOG'].includes(element.tagName) ? [] : [above, ...ancestorsOf(above)];
}

function standIn({ element, around }: Held): HTMLElement | null {
  // What copies a command line does nothing here, and what opens another tab leads away.
  const isNext = (each: HTMLElement) =>
    each !== element && each.checkVisibility() && !each.matches('[target="_blank"]') && !each.closest('[data-command]');
  for (const [far, place] of around.entries()) {
    if (!place.isConnected) continue;
    const isRow = place.tagName === 'LI';
    // Beside: in the same row or list, and not somewhere on the page.
    const isNear = (far < 2 || isRow) && !place.querySelector('h1');
    const beside = isNear ? [...place.querySelectorAll<HTMLElement>(choices)].filter(isNext) : [];
    const harmless = beside.filter((each) => !each.dataset.danger);
    // Of a row the first, which is what it is about, and not what another press would do.
    const found =
      (harmless.length > 0 ? harmless : beside).at(far < 2 ? -1 : 0) ?? place.querySelector<HTMLElement>('h1, h2, h3');
    if (!found) continue;
    if (/^H\d$/.test(found.tagName)) found.tabIndex = -1;
    return found;
  }
  return null;
}
