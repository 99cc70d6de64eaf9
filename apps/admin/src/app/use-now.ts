import { useSyncExternalStore } from "react";

const subscribe = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, STEP_MS);
  return () => clearInterval(timer);
};

/** The present, in steps of half a minute, so that ages on the screen do not stand still. */
export const useNow = (): Date => new Date(useSyncExternalStore(subscribe, steppedNow));

const STEP_MS = 30_000;
const steppedNow = (): number => Math.floor(Date.now() / STEP_MS) * STEP_MS;
