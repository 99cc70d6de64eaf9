/** One figure the replay must show, and what it showed. */
export type Check = {
  name: string;
  holds: boolean;
  /** What was found, in one sentence. */
  found: string;
  /** What breaks it, one line each. */
  broken: string[];
};

/** A check that holds when nothing breaks it. */
export const checkOf = (name: string, broken: readonly string[], found: string): Check => ({
  name,
  holds: broken.length === 0,
  found,
  broken: [...broken],
});
