import type { Meter } from "@ratebook/core";
import { READ_ON, type StarterOffering } from "./offering.ts";

/** What the operator itself sells. These are sell prices, so there is no upstream page to name. */
export const INFRASTRUCTURE: readonly StarterOffering[] = [
  own("container", "Container, per day", "container_day", "0.67"),
  own("deployment", "Container deployment", "container_deployment", "0.50"),
  own("storage", "Knowledge storage, per GB and day", "storage_gb_day", "0.01"),
];

function own(model: string, name: string, meter: Meter, usd: string): StarterOffering {
  return {
    provider: "ratebook",
    model,
    modality: "infrastructure",
    name,
    listed: true,
    defaultRequest: { quantities: { [meter]: 1 } },
    checkedAt: READ_ON,
    rates: [{ meter, usd, per: 1, when: {} }],
  };
}
