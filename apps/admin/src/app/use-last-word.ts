import { useEffect, useRef } from "react";
import { notifyFailure } from "./notify.ts";

type Dialog = { opened: boolean; error: unknown; onClose: () => void };

/**
 * Says a refusal in the corner when its dialog is gone before anybody closed it: what is read anew after a refusal may
 * take the row with it that the dialog belongs to, as when somebody else decided first.
 *
 * @returns closes the dialog, as its reader does: what it said was read
 */
export function useLastWord({ opened, error, onClose }: Dialog): () => void {
  const unread = useRef<unknown>(null);
  useEffect(() => {
    unread.current = error ?? null;
  }, [error]);
  useEffect(() => {
    if (!opened) return;
    return () => {
      if (unread.current !== null) notifyFailure(unread.current);
    };
  }, [opened]);
  return () => {
    unread.current = null;
    onClose();
  };
}
