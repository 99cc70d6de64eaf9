/** An instant to the second in UTC: "2026-11-22 09:30:05 UTC". */
export const instantText = (at: Date): string => `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** The UTC day of an instant: "2026-11-22". */
export const dayText = (at: Date): string => at.toISOString().slice(0, 10);
