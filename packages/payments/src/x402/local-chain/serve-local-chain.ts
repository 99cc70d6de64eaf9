import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";
import { ownFacilitator } from "./own-facilitator.ts";
import type { LocalChain } from "./start-local-chain.ts";

/** A local chain as a server finds a real one: a node and a facilitator, each at an address of this machine. */
export type ServedChain = { rpcUrl: string; facilitatorUrl: string; close: () => Promise<void> };

/** Serves a chain on a free port of 127.0.0.1, for tests of the configured network. */
export async function serveLocalChain(chain: LocalChain): Promise<ServedChain> {
  const facilitator = ownFacilitator(chain);
  const answer = async (path: string, body: unknown): Promise<unknown> => {
    if (path === "/rpc") return callNode(chain, body);
    const { paymentPayload, paymentRequirements } = Ask.parse(body);
    return path === "/verify"
      ? facilitator.verify(paymentPayload, paymentRequirements)
      : facilitator.settle(paymentPayload, paymentRequirements);
  };
  const server = createServer((request, response) => {
    readJson(request)
      .then((body) => answer(request.url ?? "", body))
      .then((value) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(value)))
      .catch(() => response.writeHead(500, JSON_TYPE).end("{}"));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    rpcUrl: `${url}/rpc`,
    facilitatorUrl: url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function callNode({ request }: LocalChain, body: unknown): Promise<unknown> {
  const { id, method, params } = Call.parse(body);
  try {
    return { jsonrpc: "2.0", id, result: await request({ method, params }) };
  } catch (error) {
    const { code, message, data } = NodeError.parse(error);
    return { jsonrpc: "2.0", id, error: { code, message, data } };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
}

const JSON_TYPE = { "content-type": "application/json" };
const Call = z.object({ id: z.number(), method: z.string(), params: z.array(z.unknown()).default([]) });
const NodeError = z.object({ code: z.number().default(-32_000), message: z.string(), data: z.unknown() });
/** The facilitator's own schemes judge what is inside. */
const Ask = z.object({ paymentPayload: z.custom<Request>(), paymentRequirements: z.custom<Requirements>() });
type Request = Parameters<ReturnType<typeof ownFacilitator>["verify"]>[0];
type Requirements = Parameters<ReturnType<typeof ownFacilitator>["verify"]>[1];
