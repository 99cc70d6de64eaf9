import { type RefObject, useEffect, useState } from "react";

/** Gives a function that puts the focus on the first field that is marked as wrong, once it is. */
export function useFocusOnError(fields: RefObject<HTMLElement | null>): () => void {
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (attempt > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempt, fields]);
  return () => setAttempt((count) => count + 1);
}
