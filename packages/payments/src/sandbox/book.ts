import { randomInt } from "node:crypto";
import type { SandboxTransaction } from "@ratebook/billing";
import Stripe from "stripe";
import { type Answered, asStored, type Delivery, type Kind, type Objects, type Stored } from "./objects.ts";

/** One answer's worth of work on the sandbox's memory: all of it is kept, or nothing. */
export type Book = {
  now: Date;
  /** The same in Stripe's whole seconds. */
  seconds: number;
  find: <K extends Kind>(kind: K, id: string) => Promise<Stored<K> | null>;
  /** Any object, whatever its kind. */
  findAny: (id: string) => Promise<Objects[Kind] | null>;
  /** Newest first, or away from `newerThan`. `ref` is an id the objects were kept under. */
  list: <K extends Kind>(query: Listing<K>) => Promise<Stored<K>[]>;
  /** @param dueAt when something happens to it by itself */
  keep: <K extends Kind>(stored: Stored<K>, dueAt?: Date | null) => Promise<void>;
  due: <K extends Kind>(kind: K) => Promise<Stored<K>[]>;
  /** Writes an event and queues its webhook. The object is copied as it is now. */
  tell: <T extends Stripe.Event["type"]>(type: T, object: ObjectOf<T>, before?: BeforeOf<T>) => Promise<void>;
  answered: (key: string) => Promise<Answered | null>;
  keepAnswer: (key: string, answered: Answered) => Promise<void>;
};

export type Listing<K extends Kind> = {
  kind: K;
  ref?: string | undefined;
  createdSince?: Date | undefined;
  createdUntil?: Date | undefined;
  olderThan?: string | undefined;
  newerThan?: string | undefined;
  limit: number;
};

type EventOf<T> = Extract<Stripe.Event, { type: T }>;
type ObjectOf<T> = EventOf<T>["data"]["object"];
type BeforeOf<T> = EventOf<T>["data"] extends { previous_attributes?: infer B } ? B : never;

/** @param idempotencyKey of the request this is done for, as events carry it */
export function openBook(tx: SandboxTransaction, now: Date, idempotencyKey: string | null = null): Book {
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    now,
    seconds,
    find: async <K extends Kind>(kind: K, id: string) => {
      const row = await tx.get(id);
      return row && row.kind === kind ? asStored<Stored<K>>(row.data) : null;
    },
    findAny: async (id) => {
      const row = await tx.get(id);
      return row ? asStored<Stored<Kind>>(row.data).object : null;
    },
    list: async <K extends Kind>(query: Listing<K>) =>
      (await tx.list(query)).map((row) => asStored<Stored<K>>(row.data)),
    keep: async <K extends Kind>(stored: Stored<K>, dueAt: Date | null = null) => {
      const { object } = stored;
      const refs = refsOf(object);
      await tx.put({ id: object.id, kind: object.object, refs, dueAt, createdAt: now, data: stored });
    },
    due: async <K extends Kind>(kind: K) =>
      (await tx.due({ kind, now, limit: 50 })).map((row) => asStored<Stored<K>>(row.data)),
    tell: async (type, object, before) => {
      const data = { object, ...(before && { previous_attributes: before }) };
      const event = {
        id: newId("evt"),
        object: "event" as const,
        api_version: Stripe.API_VERSION,
        created: seconds,
        data,
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: idempotencyKey },
        type,
      } satisfies Omit<Stripe.EventBase, "data"> & { data: { object: object } };
      const row = { refs: [], createdAt: now };
      await tx.put({
        ...row,
        id: event.id,
        kind: "event",
        dueAt: null,
        data: { object: event, hidden: null },
      });
      const delivery: Delivery = { eventId: event.id, attempts: 0 };
      await tx.put({ ...row, id: `delivery_${event.id}`, kind: "delivery", dueAt: now, data: delivery });
    },
    answered: async (key) => {
      const row = await tx.get(`request_${key}`);
      return row && asStored<Answered>(row.data);
    },
    keepAnswer: (key, answered) =>
      tx.put({
        id: `request_${key}`,
        kind: "request",
        refs: [],
        dueAt: null,
        createdAt: now,
        data: answered,
      }),
  };
}

/** An id in Stripe's form. */
export function newId(prefix: string): string {
  const letters = Array.from({ length: 24 }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return `${prefix}_${letters.join("")}`;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Ids that lists filter by, wherever an object names them. */
function refsOf(object: object): string[] {
  const fields: (string | undefined)[] = REF_FIELDS.map((field) => {
    const value: unknown = Object.getOwnPropertyDescriptor(object, field)?.value;
    return typeof value === "string" ? value : undefined;
  });
  return fields.filter((value) => value !== undefined);
}

const REF_FIELDS = ["customer", "payment_intent", "charge"];
