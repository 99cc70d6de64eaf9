import type { SentRequest } from "./request-schemas.ts";

/** A fetch that notes every request before it sends it, and may lose answers on the way back. */
export type RecordingFetch = typeof fetch & {
  sent: SentRequest[];
  /** The next `count` requests are done by the other side, but their answers never arrive. */
  loseAnswers: (count: number) => void;
};

export function recordFetch(): RecordingFetch {
  const sent: SentRequest[] = [];
  let losing = 0;
  const recording: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const form = request.method === "GET" ? url.search.slice(1) : await request.clone().text();
    sent.push({ method: request.method, path: url.pathname, form });
    const response = await fetch(request);
    if (losing === 0) return response;
    losing -= 1;
    await response.arrayBuffer();
    throw new TypeError("the answer was lost");
  };
  return Object.assign(recording, {
    sent,
    loseAnswers: (count: number) => {
      losing = count;
    },
  });
}
