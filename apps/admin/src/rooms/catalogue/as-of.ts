/** The instant named by the text of a date-and-time field that is read as UTC; null for no or a bad one. */
export function readAsOf(text: string | null): Date | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/.test(text)) return null;
  const at = new Date(`${text}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** An instant as the text of such a field, cut to the minute. */
export const asOfText = (at: Date): string => at.toISOString().slice(0, 16);

/** An instant as the text of such a field, with the seconds it has, so that it reads back as it was. */
export const exactAsOfText = (at: Date): string => at.toISOString().replace(/(:00)?(\.000)?Z$/, "");
