import { useState } from "react";

/**
 * Walks through a list whose pages are named by cursors: forth by the page's own `nextCursor`, back by memory.
 *
 * @param list names what is listed, such as its filters as text: another list begins at its first page
 */
export function usePages<Cursor>(list = "") {
  const [walk, setWalk] = useState<Walk<Cursor>>({ list, trail: FIRST });
  const trail = walk.list === list ? walk.trail : FIRST;
  const go = (changed: Walk<Cursor>["trail"]) => setWalk({ list, trail: changed });
  return {
    /** Cursor of the page being looked at; undefined for the first. */
    cursor: trail.at(-1),
    page: trail.length,
    next: (cursor: Cursor) => go([...trail, cursor]),
    back: () => go(trail.length > 1 ? trail.slice(0, -1) : trail),
    /** To the first page, as when a filter changes. */
    reset: () => go(FIRST),
  };
}

type Walk<Cursor> = { list: string; trail: readonly (Cursor | undefined)[] };

const FIRST = [undefined] as const;
