import { z } from "zod";
import { failed } from "../../failures.ts";
import { ContainerBody, ContainerChangeBody, ContainersQuery } from "../../inputs/resources.ts";
import { exactNumber } from "../exact-number.ts";
import { inTheirWords } from "../in-their-words.ts";
import { usdNumber } from "../money-schema.ts";
import {
  changedAnswer,
  createAnswer,
  createdResource,
  listAnswer,
  oneResource,
  resourceParams as params,
  resourcePage,
  statusAnswer,
} from "../resource-answers.ts";
import { readSize, sizeWord } from "../resource-wire.ts";
import { route } from "../route.ts";
import { keyOf } from "../usage-wire.ts";

const bill = z.object({
  day: z.string().meta({ example: "2026-11-22" }),
  amount: usdNumber,
  state: z.enum(["billed", "parked"]),
  receipt: z.string(),
});

export const containerRoutes = [
  route({
    method: "get",
    path: "/api/v1/containers/quota",
    operationId: "containerQuota",
    tag: "Containers",
    summary: "How many containers there are and may be, what they cost, and how long the credits last",
    auth: "key",
    noStore: true,
    responses: {
      200: {
        description: "As it stands now",
        schema: z.looseObject({
          success: z.literal(true),
          quota: z.object({ current: z.number(), max: z.number(), remaining: z.number() }),
          credits: z.object({ balance: usdNumber, available: usdNumber, canDeploy: z.boolean() }),
          billing: z.looseObject({
            dailyCostPerContainer: usdNumber.nullable(),
            currentDailyBurn: usdNumber,
            usageDailyBurn: usdNumber.meta({
              description:
                "Other usage a day: the average of the last 7 days, with today as one of them where that is more",
            }),
            runningContainers: z.number(),
            daysOfRunway: z
              .number()
              .nullable()
              .meta({ description: "In tenths, rounded down; null: for ever" }),
            warningThreshold: z
              .number()
              .meta({ description: "Days of runway at which the warning goes out" }),
            shutdownWarningHours: z.number(),
            status: z.enum(["active", "warned", "stopping", "stopped"]),
            warnedAt: z.iso.datetime().nullable(),
            scheduledShutdownAt: z.iso.datetime().nullable(),
          }),
          pricing: z.object({ deployment: usdNumber.nullable(), perDay: usdNumber.nullable() }),
        }),
      },
    },
    handle: async ({ caller, customer }) => {
      const it = await caller.resources.standing({ customer });
      const money = (amount: typeof it.balance | null) => (amount === null ? null : exactNumber(amount));
      return {
        status: 200,
        body: {
          success: true,
          quota: it.quota,
          credits: { balance: money(it.balance), available: money(it.available), canDeploy: it.canDeploy },
          billing: {
            dailyCostPerContainer: money(it.containerPerDay),
            currentDailyBurn: money(it.infrastructureDaily),
            usageDailyBurn: money(it.usageDaily),
            runningContainers: it.running,
            daysOfRunway: it.runwayDays,
            warningThreshold: it.noticeHours / 24,
            shutdownWarningHours: it.noticeHours,
            status: it.notice,
            warnedAt: it.deliveredAt,
            scheduledShutdownAt: it.stopsAt,
          },
          pricing: { deployment: money(it.deploymentFee), perDay: money(it.containerPerDay) },
        },
      };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/containers",
    operationId: "listContainers",
    tag: "Containers",
    summary: "Containers, newest first",
    description: "Without `status`: all that are not deleted and did not fail.",
    auth: "key",
    query: ContainersQuery,
    noStore: true,
    responses: {
      200: {
        description: "A page of them",
        schema: resourcePage,
      },
    },
    handle: ({ caller, customer, query }) => listAnswer(caller, customer, { kind: "container", ...query }),
  }),
  route({
    method: "post",
    path: "/api/v1/containers",
    operationId: "createContainer",
    tag: "Containers",
    summary: "Create a container",
    description:
      "Takes the deployment fee once; it goes back when the deployment fails. From when the platform says that it runs, " +
      "each UTC day is billed after it ended, by the seconds run (at least an hour): instances × max(1, cpu ÷ 1792, memory ÷ 1792) × the price of a day.",
    auth: "key",
    headers: { "Idempotency-Key": { description: "Optional: repeating it creates nothing more" } },
    body: ContainerBody,
    example: { name: "research-agent", cpu: 1024, memory: 2048, desired_count: 1 },
    noStore: true,
    refusals: [402, 409, 422],
    responses: {
      202: {
        description: "Accepted: the platform deploys it",
        schema: createdResource,
      },
    },
    handle: (request) => {
      const { caller, body, customer } = request;
      return inTheirWords(sizeWord(body), () =>
        createAnswer(caller, {
          customer,
          kind: "container",
          name: body.name,
          project: body.project_name,
          ...readSize(body),
          idempotencyKey: keyOf(request),
        }),
      );
    },
  }),
  route({
    method: "get",
    path: "/api/v1/containers/{id}",
    operationId: "getContainer",
    tag: "Containers",
    summary: "Read a container and its last 31 bills",
    auth: "key",
    params,
    noStore: true,
    responses: {
      200: { description: "The container", schema: oneResource.extend({ bills: z.array(bill) }) },
    },
    handle: async ({ caller, customer, params: { id } }) => {
      const { resource, days } = await caller.resources.get({ customer, id });
      const bills = days.map(({ day, amount, state, receiptId }) => ({
        day,
        amount: exactNumber(amount),
        state,
        receipt: `/api/v1/receipts/${receiptId}`,
      }));
      return changedAnswer(resource, { bills });
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/containers/{id}",
    operationId: "changeContainer",
    tag: "Containers",
    summary: "Scale, rename, stop or start a container; or report its deployment",
    description:
      "Either a size and a name, or a `status`. `stopped` and `running` stop and start it; the platform's service key reports " +
      "a deployment with `running` or `failed`.",
    auth: "key",
    params,
    body: ContainerChangeBody,
    example: { memory: 3584, desired_count: 2 },
    noStore: true,
    refusals: [402, 409],
    responses: {
      200: {
        description: "As it is now",
        schema: oneResource.extend({ creditsReturned: usdNumber.optional() }),
      },
    },
    handle: async ({ caller, customer, params: { id }, body }) => {
      const { status, customer: _customer, ...change } = body;
      if (status !== undefined && Object.values(change).some((it) => it !== undefined)) {
        throw failed({
          kind: "validation_error",
          field: "status",
          message: "cannot be changed together with anything else",
        });
      }
      if (status !== undefined) return statusAnswer(caller, { customer, id }, status);
      return inTheirWords(sizeWord(change), async () =>
        changedAnswer(await caller.resources.scale({ customer, id, name: change.name, ...readSize(change) })),
      );
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/containers/{id}",
    operationId: "deleteContainer",
    tag: "Containers",
    summary: "Delete a container and write its final bill",
    auth: "key",
    params,
    noStore: true,
    refusals: [409],
    responses: {
      200: {
        description: "Deleted; repeating it changes nothing",
        schema: oneResource.extend({ finalBill: usdNumber, billPending: z.boolean() }),
      },
    },
    handle: async ({ caller, customer, params: { id } }) => {
      const { resource, finalBill, billPending } = await caller.resources.delete({ customer, id });
      return changedAnswer(resource, { finalBill: exactNumber(finalBill), billPending });
    },
  }),
];
