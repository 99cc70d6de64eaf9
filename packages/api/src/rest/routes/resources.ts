import { z } from "zod";
import {
  IntentsQuery,
  ListInfrastructureInput,
  ResourceBody,
  ResourcesQuery,
  SamplesBody,
} from "../../inputs/resources.ts";
import { inTheirWords } from "../in-their-words.ts";
import {
  createAnswer,
  createdResource,
  listAnswer,
  resourceParams as params,
  resourcePage,
} from "../resource-answers.ts";
import { readSize, sizeWord } from "../resource-wire.ts";
import { route } from "../route.ts";
import { keyOf } from "../usage-wire.ts";

const intent = z.looseObject({
  id: z.uuid(),
  action: z.enum(["deploy", "scale", "start", "stop", "delete"]),
  cause: z.enum(["customer", "credits"]),
  state: z.enum(["open", "acknowledged", "cancelled"]),
  resourceId: z.uuid(),
});

const unreported = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.string(),
  customerId: z.uuid(),
  externalId: z.string().nullable(),
  customer: z.string(),
  since: z.iso.datetime().meta({ description: "When it was asked for last" }),
  takenOn: z.boolean().meta({ description: "Its intent was acknowledged: the platform knows of it" }),
});

export const resourceRoutes = [
  route({
    method: "get",
    path: "/api/v1/resources",
    operationId: "listResources",
    tag: "Resources",
    summary: "Everything billed by the day, newest first",
    auth: "key",
    query: ResourcesQuery,
    noStore: true,
    responses: {
      200: {
        description: "A page of them",
        schema: resourcePage,
      },
    },
    handle: ({ caller, customer, query }) => listAnswer(caller, customer, query),
  }),
  route({
    method: "post",
    path: "/api/v1/resources",
    operationId: "createResource",
    tag: "Resources",
    summary: "Create a resource of a kind the operator configured",
    description: "Stopped, started, reported and deleted at `/api/v1/containers/{id}`, like a container.",
    auth: "key",
    headers: { "Idempotency-Key": { description: "Optional: repeating it creates nothing more" } },
    body: ResourceBody,
    example: { kind: "gpu", name: "trainer", desired_count: 1 },
    noStore: true,
    refusals: [402, 409, 422],
    responses: {
      202: {
        description: "Accepted",
        schema: createdResource,
      },
    },
    handle: (request) => {
      const { caller, body, customer } = request;
      return inTheirWords(sizeWord(body), () =>
        createAnswer(caller, {
          customer,
          kind: body.kind,
          name: body.name,
          project: body.project_name,
          instances: readSize(body).instances,
          idempotencyKey: keyOf(request),
        }),
      );
    },
  }),
  route({
    method: "post",
    path: "/api/v1/storage/samples",
    operationId: "recordStorageSamples",
    tag: "Resources",
    summary: "Report how many bytes are stored",
    description:
      "A UTC day is billed by the average of its samples × the price of a GB (10⁹ bytes) and day, an hour after it ended. A day " +
      "without samples counts the last one before it, so an emptied store reports 0. Each instant counts once.",
    auth: "key",
    body: SamplesBody,
    example: { samples: [{ bytes: 2500000000, sampledAt: "2026-11-22T06:00:00Z" }] },
    responses: {
      200: {
        description: "What became of each",
        schema: z.object({
          success: z.literal(true),
          resourceId: z.uuid(),
          samples: z.array(
            z.object({
              sampledAt: z.iso.datetime(),
              status: z.enum(["recorded", "replayed", "conflict", "late"]).meta({
                description: "`conflict`: known with another size. `late`: its day is billed already",
              }),
            }),
          ),
        }),
      },
    },
    handle: async ({ caller, customer, body: { store, samples } }) => {
      const recorded = await caller.resources.samples({
        customer,
        store,
        samples: samples.map(({ bytes, sampledAt }) => ({ bytes, sampledAt: new Date(sampledAt) })),
      });
      return { status: 200, body: { success: true, ...recorded } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/resources/unreported",
    operationId: "listUnreportedDeployments",
    tag: "Resources",
    summary: "Deployments the platform has not reported on",
    description:
      "For service keys: asked for more than half an hour ago, and reported neither running nor failed, the longest waiting " +
      "first. Report each by `PATCH /api/v1/containers/{id}` with its status; until then only its fee is billed.",
    auth: "key",
    query: ListInfrastructureInput,
    noStore: true,
    responses: {
      200: {
        description: "A page of them",
        schema: z.object({
          success: z.literal(true),
          deployments: z.array(unreported),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, query }) => {
      const { items, nextCursor } = await caller.resources.waitingDeployments(query);
      return { status: 200, body: { success: true, deployments: items, nextCursor } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/resources/intents",
    operationId: "listResourceIntents",
    tag: "Resources",
    summary: "What the platform has to carry out",
    description:
      "For service keys: what signed webhooks carry too. Open ones oldest first; with `state=all` every one, newest first.",
    auth: "key",
    query: IntentsQuery,
    noStore: true,
    responses: {
      200: {
        description: "A page of them",
        schema: z.object({
          success: z.literal(true),
          intents: z.array(intent),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, query: { state, ...page } }) => {
      const { items, nextCursor } = await caller.resources.intents({ open: state === "open", ...page });
      return { status: 200, body: { success: true, intents: items, nextCursor } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/resources/intents/{id}/acknowledge",
    operationId: "acknowledgeResourceIntent",
    tag: "Resources",
    summary: "Say that an intent is carried out",
    description:
      "For service keys; the same as a 2xx to its webhook. A stop for want of credits ends the bill. A deployment is billed once it is reported running.",
    auth: "key",
    params,
    responses: {
      200: {
        description: "Acknowledged; repeating it changes nothing",
        schema: z.object({
          success: z.literal(true),
          id: z.uuid(),
          status: z.enum(["acknowledged", "replayed"]),
          startsAgain: z.boolean().meta({
            description: "The stop had been withdrawn by a top-up: the platform is asked to start it again",
          }),
        }),
      },
    },
    handle: async ({ caller, params: { id } }) => ({
      status: 200,
      body: { success: true, ...(await caller.resources.acknowledge({ id })) },
    }),
  }),
];
