/** A stretch of a mail: words, or a web address. */
export type MailPart = { start: number; text: string; href: string | null };

/** Splits a mail into words and its http(s) addresses; punctuation after an address is not part of it. */
export function mailParts(text: string): MailPart[] {
  const parts: MailPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]/g)) {
    if (index > end) parts.push({ start: end, text: text.slice(end, index), href: null });
    parts.push({ start: index, text: found, href: found });
    end = index + found.length;
  }
  if (end < text.length) parts.push({ start: end, text: text.slice(end), href: null });
  return parts;
}
