import { useState } from "react";

/** Walks through a list whose pages are named by cursors: forth by the page's own `nextCursor`, back by memory. */
export function usePages<Cursor>() {
  const [trail, setTrail] = useState<readonly (Cursor | undefined)[]>([undefined]);
  return {
    /** Cursor of the page being looked at; undefined for the first. */
    cursor: trail.at(-1),
    page: trail.length,
    next: (cursor: Cursor) => setTrail((walked) => [...walked, cursor]),
    back: () => setTrail((walked) => (walked.length > 1 ? walked.slice(0, -1) : walked)),
    /** To the first page, as when a filter changes. */
    reset: () => setTrail([undefined]),
  };
}
