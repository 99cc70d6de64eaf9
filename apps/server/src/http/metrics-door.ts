import { timingSafeEqual } from "node:crypto";
import type { Metrics } from "@ratebook/api";

type Peer = { incoming?: { socket: { remoteAddress?: string | undefined } } };

/**
 * Makes the answer to `GET /metrics`. Figures are not public: with a token set they need it; without one they are
 * shown to this machine alone, and not through a proxy on it.
 */
export function createMetricsDoor(metrics: Metrics, token: string | null) {
  return async (request: Request, peer: Peer): Promise<Response> => {
    if (!allowed(request.headers, peer, token)) {
      const body = {
        success: false,
        error: "Nothing is served at this address.",
        code: "resource_not_found",
      };
      return Response.json({ ...body, details: {} }, { status: 404 });
    }
    return new Response(await metrics.registry.metrics(), {
      headers: { "content-type": metrics.registry.contentType, "cache-control": "no-store" },
    });
  };
}

function allowed(headers: Headers, peer: Peer, token: string | null): boolean {
  if (token !== null) {
    const shown = Buffer.from(headers.get("authorization") ?? "");
    const expected = Buffer.from(`Bearer ${token}`);
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  }
  const address = peer.incoming?.socket.remoteAddress ?? "";
  const local = address === "::1" || /^(::ffff:)?127\./.test(address);
  return local && headers.get("x-forwarded-for") === null && headers.get("forwarded") === null;
}
