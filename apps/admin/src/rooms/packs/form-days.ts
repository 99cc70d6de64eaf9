/** A day as a date field holds it, and as an instant at its UTC start; "" is none. */
export const typedDay = (at: Date | null): string => (at === null ? "" : at.toISOString().slice(0, 10));

/** The UTC start of a day typed into a date field; null for none. */
export const dayStart = (day: string): Date | null => (day === "" ? null : new Date(`${day}T00:00:00Z`));
