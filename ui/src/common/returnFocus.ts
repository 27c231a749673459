import { useEffect, useState } from 'react';

/**
 * Gives the focus back, when what calls it goes, to what had it before: for dialogs that are put in only when they are
 * needed, or that a menu leads to, whose item is gone by then.
 */
export function useReturnFocus() {
  const [origin] = useState(() => {
    const { activeElement } = document;
    const menu = activeElement?.closest('[role=menu]');
    return menu ? document.querySelector(`[aria-controls="${menu.id}"]`) : activeElement;
  });
  useEffect(
    () => () => {
      // Whatever else is about to take it has had its turn by then.
      setTimeout(() => {
        const { activeElement, body } = document;
        if (origin instanceof HTMLElement && origin.isConnected && (activeElement === null || activeElement === body)) {
          origin.focus({ preventScroll: true });
        }
      });
    },
    [origin],
  );
}
