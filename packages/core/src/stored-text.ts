/**
 * Whether PostgreSQL can store text: no NUL, no lone surrogate. One such character would abort the batch of everybody
 * whose events travel with it, so the doors refuse them.
 */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** What is said of a field that is not. */
export const NOT_STORABLE = "must be well-formed text without NUL";
