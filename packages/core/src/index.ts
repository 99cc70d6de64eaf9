export { err, must, ok, type Result } from "./result.ts";
export { CREDITS_PER_USD, NANOS_PER_USD, type Nanos, nanos, ZERO_NANOS } from "./money/nanos.ts";
export { type BuiltInMeter, METERS, type Meter, type MeterUnit, MODALITIES, type Modality } from "./meter/meters.ts";
export * from "./pricing/price-document.ts";
export type { Rate, RatedOffering } from "./pricing/rate.ts";
