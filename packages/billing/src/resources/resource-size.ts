import {
  type ContainerSize,
  err,
  LARGEST_SIZE,
  ok,
  type Result,
  sizeWeight,
  UNSIZED_WEIGHT,
} from "@ratebook/core";
import type { InvalidField } from "../usage/usage-error.ts";
import type { ResourceRow } from "./resource.ts";

/** A size with every part named, or why it is none. Fields are named as on the wire. */
export function checkSize(size: ContainerSize): Result<ContainerSize, InvalidField> {
  for (const [field, value, max] of [
    ["cpu", size.cpu, LARGEST_SIZE.cpu],
    ["memory", size.memoryMb, LARGEST_SIZE.memoryMb],
    ["desired_count", size.instances, LARGEST_SIZE.instances],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1 || value > max) {
      return err({ kind: "validation_error", field, message: `must be a whole number from 1 to ${max}` });
    }
  }
  return ok(size);
}

/** How much a resource counts while it runs, in 1792ths of the day's price. */
export const weightOf = ({
  cpu,
  memoryMb,
  instances,
}: Pick<ResourceRow, "cpu" | "memoryMb" | "instances">): bigint =>
  cpu === null || memoryMb === null
    ? BigInt(instances) * UNSIZED_WEIGHT
    : sizeWeight({ cpu, memoryMb, instances });
