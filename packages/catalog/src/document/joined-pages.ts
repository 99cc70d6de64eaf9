/** One page of a joined document. */
export type JoinedPage = {
  /** Its address; null where a recording is one page and not joined. */
  url: string | null;
  /** Why it could not be read; null where it was. */
  failure: string | null;
  text: string;
  /** Where `text` begins in the document. */
  start: number;
};

/**
 * Puts pages together into one text, each under a line with its address. A page that could not be read has its reason
 * there. A line of a page that looks like such a line is moved in by a blank, so that no page can speak for another.
 */
export function joinPages(pages: readonly Pick<JoinedPage, "url" | "failure" | "text">[]): string {
  return pages
    .map(({ url, failure, text }) => {
      const reason = failure === null ? "" : ` ${failure.replace(/\s+/g, " ")}`;
      const body = text.replace(/\r\n?/g, "\n").replace(/^(?==== )/gm, " ");
      return `=== ${url}${reason}\n${body.endsWith("\n") ? body : `${body}\n`}`;
    })
    .join("");
}

/** Takes a joined text apart; a text without lines of addresses is one page. */
export function splitPages(text: string): JoinedPage[] {
  const heads = [...text.matchAll(/^=== (\S+)(?: (.*))?\n/gm)];
  if (heads[0]?.index !== 0) return [{ url: null, failure: null, text, start: 0 }];
  return heads.map((head, index) => {
    const start = head.index + head[0].length;
    const [, url = "", failure = null] = head;
    return { url, failure, text: text.slice(start, heads[index + 1]?.index ?? text.length), start };
  });
}
