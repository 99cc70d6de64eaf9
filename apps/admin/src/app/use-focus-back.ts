import { useEffect } from "react";

/**
 * Gives the focus back to what had it before a dialog opened: the library does so only for dialogs that stay mounted, not
 * for those that are there no longer once they are closed.
 */
export function useFocusBack(opened: boolean): void {
  useEffect(() => {
    if (!opened) return;
    const before = document.activeElement;
    return () => {
      if (!(before instanceof HTMLElement)) return;
      // The dialog is taken away in this very step; whoever took the focus since keeps it.
      setTimeout(() => {
        if (document.activeElement === document.body && before.isConnected)
          before.focus({ preventScroll: true });
      });
    };
  }, [opened]);
}
