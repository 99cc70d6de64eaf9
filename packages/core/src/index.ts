export { type CsvError, type CsvRecord, readCsv, readCsvStream } from "./csv/read-csv.ts";
export { readInstant } from "./csv/read-instant.ts";
export { type CsvCell, csvLine } from "./csv/write-csv.ts";
export {
  type BurnableGrant,
  type Burned,
  type BurnRank,
  burnOrder,
  compareBurnOrder,
  GRANT_CATEGORIES,
  type GrantCategory,
  planBurn,
} from "./ledger/burn-order.ts";
export {
  CONTRA_ACCOUNTS,
  type ContraAccount,
  ENTRY_KINDS,
  type Entry,
  type EntryKind,
} from "./ledger/entry.ts";
export { type CoveringHold, planForfeits } from "./ledger/forfeit.ts";
export { createReferenceLedger, type ReferenceLedger } from "./ledger/reference-ledger.ts";
export type {
  ReferenceNumbers,
  ReferenceOp,
  ReferenceOutcome,
  ReferencePosted,
  ReferenceRefusal,
} from "./ledger/reference-op.ts";
export type {
  Allocation,
  ReferenceGrant,
  ReferenceHold,
  ReferenceWallet,
} from "./ledger/reference-wallet.ts";
export { planRepayment, type Repayment } from "./ledger/repayment.ts";
export {
  type BuiltInMeter,
  METERS,
  type Meter,
  type MeterUnit,
  MODALITIES,
  type Modality,
} from "./meter/meters.ts";
export { normaliseUsage, USAGE_FORMATS, type UsageFormat } from "./meter/normalise/normalise-usage.ts";
export { fallbackMeter } from "./meter/parent-fallback.ts";
export { isMeterName, type Pools, poolsFromQuantities, poolsOf, totalInputTokens } from "./meter/pools.ts";
export {
  type MeterUnits,
  meterUnit,
  parseQuantity,
  QUANTITY_SCALE,
  type Quantity,
  quantity,
  quantityFraction,
  wholeQuantity,
} from "./meter/quantity.ts";
export { sttSeconds, ttsCharacters, videoTokens } from "./meter/speech.ts";
export { type UsageError, usageError } from "./meter/usage-error.ts";
export {
  decimalTextFromScientific,
  type NotDecimal,
  parseDecimal,
  toDecimalText,
  tryParseDecimal,
  withoutThousands,
} from "./money/decimal.ts";
export {
  formatQuantity,
  formatUsd,
  MAX_USD_NANOS,
  parseUsd,
  type UsdError,
  usdJsonNumber,
} from "./money/format.ts";
export {
  addFractions,
  compareFractions,
  type Fraction,
  fraction,
  isZero,
  multiplyFractions,
} from "./money/fraction.ts";
export {
  CREDITS_PER_USD,
  lesser,
  NANOS_PER_USD,
  type Nanos,
  nanos,
  negate,
  ZERO_NANOS,
} from "./money/nanos.ts";
export { roundDown, roundHalfEven, roundUp } from "./money/rounding.ts";
export {
  type AlertLevel,
  fallToTell,
  forecastStep,
  levelOf,
  spendDue,
} from "./policy/alerts.ts";
export {
  afterDecline,
  defaultCaps,
  MOST_DECLINES,
  NANOS_PER_CENT,
  type TopUpDecision,
  type TopUpFacts,
  type TopUpRule,
  topUpDue,
} from "./policy/auto-top-up.ts";
export {
  type ContainerSize,
  DEFAULT_SIZE,
  FLAT_SIZE,
  LARGEST_SIZE,
  sizeWeight,
  UNSIZED_WEIGHT,
} from "./policy/container-size.ts";
export { AA_CONTRAST, contrastRatio, type HexColor, hexColor } from "./policy/contrast.ts";
export { type Period, periodStart } from "./policy/period.ts";
export {
  DAY_MS,
  type DayPiece,
  dayText,
  nextUtcDay,
  type ResourceDay,
  type ResourceRun,
  resourceDay,
  utcDay,
} from "./policy/resource-day.ts";
export { dailyBurn, type RunwayFacts, runwayDays, runwayHours, runwayMs } from "./policy/runway.ts";
export {
  liftLevel,
  NOTICE_MS,
  noticeAsOf,
  type ShutdownAction,
  type ShutdownFacts,
  type ShutdownNotice,
  stepNotice,
  stopsAt,
} from "./policy/shutdown-notice.ts";
export {
  type SimulatedCharge,
  simulateTopUps,
  type TopUpSimulation,
  type WalletMovement,
} from "./policy/simulate-top-up.ts";
export {
  AUTHORITY_LEVELS,
  type AuthorityCandidate,
  type AuthorityDecision,
  type AuthorityLevel,
  type AuthorityOrder,
  type AuthorityOrders,
  authorityLevel,
  authorityRank,
  decideAuthority,
} from "./pricing/authority.ts";
export {
  type CompiledMeter,
  type CompiledOffering,
  type CompiledRate,
  compileOffering,
} from "./pricing/compile-offering.ts";
export {
  type CompiledConditions,
  compileConditions,
  type DimensionKey,
  matches,
  type RequestFacts,
} from "./pricing/conditions.ts";
export {
  CONTRACT_RULE,
  ContractTerms,
  contractRules,
  FixedPrice,
  PriceLock,
  policyUnder,
} from "./pricing/contract-terms.ts";
export {
  type ComparableRate,
  diffDocuments,
  diffRates,
  type RateChange,
  type RateDiff,
  type StatedRate,
  sameRate,
  statedRates,
} from "./pricing/diff.ts";
export {
  type DocumentIssue,
  documentIssues,
  offeringIssues,
  pathText,
} from "./pricing/document-checks.ts";
export { isInForce } from "./pricing/effective.ts";
export { type GuardInput, type GuardReport, guardDocument } from "./pricing/guard.ts";
export type {
  DocumentFinding,
  GuardAction,
  GuardDecision,
  GuardProfile,
  GuardRule,
  Witness,
} from "./pricing/guard-decision.ts";
export { BIRTH_BOUNDS, GUARD_THRESHOLDS, type GuardThresholds } from "./pricing/guard-thresholds.ts";
export {
  canonicalProvider,
  type NamedOffering,
  type OfferingLookup,
  offeringLookup,
} from "./pricing/identity.ts";
export { type LossMakingRate, lossMakingRates } from "./pricing/loss-making.ts";
export {
  MarkupMatch,
  MarkupPolicy,
  MarkupRule,
  markupMismatch,
  perUnit,
  type ResolvedMarkup,
  resolveMarkup,
  SHIPPED_POLICY,
  UnitPrice,
} from "./pricing/markup.ts";
export { type InvalidDocument, MAX_ISSUES, parsePriceDocument } from "./pricing/parse-document.ts";
export * from "./pricing/price-document.ts";
export type { Rate, RatedOffering } from "./pricing/rate.ts";
export { conditionsKey, offeringRateKey, rateKey } from "./pricing/rate-key.ts";
export { amountOf, noPriceThen, rateUsage, type UsageToRate, unknownOffering } from "./pricing/rate-usage.ts";
export type {
  BillingMode,
  FeeLine,
  RatedLine,
  RatedUsage,
  Unrated,
  UsageLine,
} from "./pricing/rated-usage.ts";
export { listPerUnit, ownCostPerUnit, type SellPrice, sellPrice } from "./pricing/sell-price.ts";
export {
  type PriceRange,
  type Product,
  type ProductPrices,
  pricingSummary,
} from "./pricing/summary.ts";
export {
  type AppliedVolume,
  applyVolume,
  type CountedVolume,
  discountOf,
  type TierProgress,
  type TierShare,
  tierProgress,
  VolumeDiscount,
  VolumeTier,
  volumeDue,
} from "./pricing/volume-discount.ts";
export { err, must, ok, type Result } from "./result.ts";
export { isStorable, NOT_STORABLE } from "./stored-text.ts";
