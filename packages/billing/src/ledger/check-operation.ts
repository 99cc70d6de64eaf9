import type { LedgerOp, UsageEventDraft } from "./ledger-op.ts";

/**
 * Throws where an operation could only come from a bug: ids that are no uuids, a negative amount, a usage event whose
 * lines do not add up. What a customer may get wrong is refused by the doors before.
 */
export function checkOperation(op: LedgerOp): void {
  demand(UUID.test(op.account), "account is a uuid in lower case", op);
  demand(UUID.test(op.opId), "opId is a uuid in lower case", op);
  demand(/^[0-9a-f]{64}$/.test(op.meaningHash), "meaningHash is a sha256 in lower-case hex", op);
  if ("ref" in op && op.ref !== undefined) demand(UUID.test(op.ref), "ref is a uuid in lower case", op);
  if ("ttlSeconds" in op) {
    demand(
      Number.isInteger(op.ttlSeconds) && op.ttlSeconds >= 1 && op.ttlSeconds <= DAY_SECONDS,
      "ttlSeconds is 1 … 86400",
      op,
    );
  }
  switch (op.kind) {
    case "debit":
    case "settle":
      demand(op.amount >= 0n, "amount is not negative", op);
      if (op.usageEvent) checkUsageEvent(op.usageEvent, op.amount, "rated", op);
      else demand(op.amount === 0n || contraOf(op) !== "revenue:usage", "usage has a usage event", op);
      break;
    case "hold":
      demand(op.amount >= 0n, "amount is not negative", op);
      break;
    case "parked":
      checkUsageEvent(op.usageEvent, 0n, "parked", op);
      break;
    case "grant":
    case "revoke":
      demand(op.amount > 0n, "amount is more than 0", op);
      break;
    case "adjustment":
      demand(op.amount !== 0n, "amount is not 0", op);
      break;
    case "release":
    case "extend":
      break;
  }
}

/** The other side of an operation's entry; null where no money moves. */
export function contraOf(op: LedgerOp): string | null {
  if (op.kind === "debit" || op.kind === "settle") return op.contra ?? "revenue:usage";
  return "contra" in op ? op.contra : null;
}

function checkUsageEvent(
  event: UsageEventDraft,
  amount: bigint,
  state: "rated" | "parked",
  op: LedgerOp,
): void {
  demand(event.state === state, `the usage event is ${state}`, op);
  demand(event.amount === amount, "the usage event has the operation's amount", op);
  let sum = 0n;
  for (const line of event.lines) sum += BigInt(line.amount);
  demand(sum === amount, "the usage event's lines add up to its amount", op);
}

function demand(holds: boolean, what: string, op: LedgerOp): void {
  if (!holds) throw new TypeError(`ledger operation ${op.kind} ${op.opId}: ${what}`);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY_SECONDS = 86_400;
