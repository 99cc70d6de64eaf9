export { isDatabaseDown } from "@ratebook/db";
export { adoptWorkerKey } from "./accounts/adopt-worker-key.ts";
export { Branding, readBranding, saveBranding } from "./accounts/branding.ts";
export { type ChangeKeyInput, changeKey } from "./accounts/change-key.ts";
export {
  type CreatedKey,
  type CreateKeyError,
  type CreateKeyInput,
  createKey,
} from "./accounts/create-key.ts";
export { type ImportKeyInput, importKey } from "./accounts/import-key.ts";
export { createKeepingMailer, createQueueingMailer } from "./accounts/keep-mail.ts";
export { createKeyRing, type KeyRing } from "./accounts/key-ring.ts";
export type { KeyKind } from "./accounts/key-rules.ts";
export { type AuditEntry, type ListAuditInput, listAudit } from "./accounts/list-audit.ts";
export {
  type CustomerFilter,
  type ListCustomersInput,
  type ListedCustomer,
  listCustomers,
} from "./accounts/list-customers.ts";
export { type ListedKey, listKeys } from "./accounts/list-keys.ts";
export { type KeptMail, listMails, type MailNotFound, retryMail } from "./accounts/list-mails.ts";
export { mailPerson } from "./accounts/mail-person.ts";
export {
  type BegunVisit,
  beginPortalVisit,
  type CreatePortalSessionInput,
  createPortalSession,
  endPortalVisit,
  type PortalLinkUnusable,
  type PortalVisit,
  portalVisitor,
  readPortalVisit,
} from "./accounts/portal.ts";
export { type CustomerStanding, getCustomer } from "./accounts/read-customers.ts";
export { type AuditNote, recordAudit } from "./accounts/record-audit.ts";
export {
  type ResolveCustomerError,
  type ResolvedCustomer,
  resolveCustomer,
} from "./accounts/resolve-customer.ts";
export { type RevokeKeyError, revokeKey } from "./accounts/revoke-key.ts";
export {
  type KeyChangeError,
  type RotatedKey,
  type RotateKeyInput,
  rotateKey,
} from "./accounts/rotate-key.ts";
export { sendDueMails } from "./accounts/send-due-mails.ts";
export { setTimeZone } from "./accounts/set-time-zone.ts";
export { type UpsertAgentInput, upsertAgent } from "./accounts/upsert-agent.ts";
export { type UpsertAppInput, upsertApp } from "./accounts/upsert-app.ts";
export {
  type Customer,
  type CustomerDetails,
  type CustomerWriteError,
  createCustomer,
  type UpsertCustomerInput,
  upsertCustomer,
} from "./accounts/upsert-customer.ts";
export { type Actor, actorLabel, hasScope, SCOPES, type Scope } from "./actor.ts";
export { type AlertSettings, getAlerts, type SaveAlertsInput, saveAlerts } from "./alerts/alert-settings.ts";
export { type Announcement, announceEvent } from "./alerts/announce-event.ts";
export { announceExpiring } from "./alerts/announce-expiring.ts";
export { type ChangeWebhookEndpointInput, changeWebhookEndpoint } from "./alerts/change-webhook-endpoint.ts";
export { type CreateWebhookEndpointInput, createWebhookEndpoint } from "./alerts/create-webhook-endpoint.ts";
export { EVENT_KINDS, type EventData, type EventKind, kindsFor } from "./alerts/event-kinds.ts";
export {
  getWebhookDelivery,
  type ListWebhookDeliveriesInput,
  listWebhookDeliveries,
  type WebhookDelivery,
  type WebhookDeliveryDetail,
} from "./alerts/list-webhook-deliveries.ts";
export { listWebhookEndpoints } from "./alerts/list-webhook-endpoints.ts";
export { type Acknowledgement, readAcknowledgement } from "./alerts/read-acknowledgement.ts";
export { type ReplayWindowInput, replayDelivery, replayWindow } from "./alerts/replay-webhooks.ts";
export { type RotateWebhookSecretInput, rotateWebhookSecret } from "./alerts/rotate-webhook-secret.ts";
export { sendDueWebhooks } from "./alerts/send-due-webhooks.ts";
export { sendTestEvent } from "./alerts/send-test-event.ts";
export { type Fall, noticeFall } from "./alerts/tell-falls.ts";
export { watchAlerts } from "./alerts/watch-alerts.ts";
export type { WebhookEndpoint } from "./alerts/webhook-endpoint.ts";
export { speaksForPlatform, type WebhookError, type WebhookNotFound } from "./alerts/webhook-owner.ts";
export type { ChangedDay } from "./analytics/changed-days.ts";
export type { Dimension, UsageFilters } from "./analytics/dimension.ts";
export { type ExploredUsage, exploreUsage, type Granularity } from "./analytics/explore-usage.ts";
export { exportUsage, type UsageExport } from "./analytics/export-usage.ts";
export { rebuildUsage } from "./analytics/rebuild-usage.ts";
export { rollUsage } from "./analytics/roll-usage.ts";
export { type ShadowReport, type ShadowRow, shadowReport } from "./analytics/shadow-report.ts";
export { type TimeRange, type UsageOverview, usageOverview } from "./analytics/usage-overview.ts";
export type { UsageSums } from "./analytics/usage-sums.ts";
export type { Budget } from "./budgets/budget.ts";
export { type ListBudgetsInput, listBudgets } from "./budgets/list-budgets.ts";
export { listPauses, type Pause } from "./budgets/list-pauses.ts";
export { type BudgetReached, noticeBudget } from "./budgets/notice-budget.ts";
export { type PauseSpendingInput, type PauseState, pauseSpending } from "./budgets/pause-spending.ts";
export { type BudgetNotFound, removeBudget } from "./budgets/remove-budget.ts";
export {
  type BudgetError,
  type BudgetTerms,
  type SaveBudgetInput,
  saveBudget,
} from "./budgets/save-budget.ts";
export type { SubjectNotFound } from "./budgets/spending-subject.ts";
export type { BlastRadius, CustomerImpact } from "./catalog/blast-radius.ts";
export type { Catalogue, OfferingInfo, PinnedVersions, PricedOffering } from "./catalog/catalogue.ts";
export {
  type ClaimedRun,
  type ClaimRunError,
  type ClaimRunInput,
  claimRun,
  type RunTrigger,
} from "./catalog/claim-run.ts";
export { type CatalogueOptions, createCatalogue, type LiveCatalogue } from "./catalog/create-catalogue.ts";
export {
  type DecideProposalError,
  type DecideProposalInput,
  decideProposal,
  decideProposals,
  type UndecidableProposal,
} from "./catalog/decide-proposal.ts";
export { type EditProposalError, type EditProposalInput, editProposal } from "./catalog/edit-proposal.ts";
export {
  explainAuthority,
  type MeterAuthority,
  type OfferingAuthority,
  type RankedSource,
  type SourceWord,
} from "./catalog/explain-authority.ts";
export { type FinishRunError, failRun, type RunFailure, reportUnchanged } from "./catalog/finish-run.ts";
export { getModel, type ModelDetail, type PastRate } from "./catalog/get-model.ts";
export { getProposal, type ProposalEvidence } from "./catalog/get-proposal.ts";
export { getRate, type RateDetail } from "./catalog/get-rate.ts";
export {
  getIdentity,
  type IdentityError,
  listIdentities,
  type OfferingIdentity,
  removeIdentity,
  type SetIdentityInput,
  type SourceName,
  setIdentity,
} from "./catalog/identities.ts";
export {
  type ImportDocumentError,
  type ImportDocumentInput,
  importDocument,
} from "./catalog/import-document.ts";
export type { DocumentAlert, RefusedPrice } from "./catalog/judge-document.ts";
export {
  listProposals,
  PROPOSAL_STATES,
  type Proposal,
  type ProposalState,
} from "./catalog/list-proposals.ts";
export { getRun, listRuns, type SyncRun, type SyncRunDetail } from "./catalog/list-runs.ts";
export {
  ensurePolicy,
  listPolicies,
  type PolicyVersion,
  type SetPolicyError,
  setPolicy,
} from "./catalog/markup-policies.ts";
export {
  type EndOverridesInput,
  endOverrides,
  listOverrides,
  type PriceOverride,
} from "./catalog/overrides.ts";
export { listOwnCosts, type OwnCost, type SetOwnCostInput, setOwnCost } from "./catalog/own-costs.ts";
export {
  getPriceAlarms,
  type ParkedVolume,
  type PriceAlarms,
  readPriceAlarms,
} from "./catalog/price-alarms.ts";
export { listModels, type PriceFacets, type PriceList, priceFacets } from "./catalog/price-models.ts";
export { type PriceSummary, summarizePrices } from "./catalog/price-summary.ts";
export type { PricedModel } from "./catalog/priced-model.ts";
export type { ShownRate } from "./catalog/priced-rates.ts";
export { getProposalPolicy, ProposalPolicy, setProposalPolicy } from "./catalog/proposal-policy.ts";
export { CATALOGUE_CHANNEL } from "./catalog/publication.ts";
export type { PublishedDocument, TrippedRow } from "./catalog/publish-document.ts";
export { type OpenRun, openRuns, requestRun, type UnknownSource } from "./catalog/request-run.ts";
export { retireOffering } from "./catalog/retire-offering.ts";
export { type Rollback, type RollbackInput, rollbackCatalogue } from "./catalog/rollback.ts";
export type { RunCounts, RunDetails } from "./catalog/run-report.ts";
export {
  activateScheduled,
  type ScheduledOutcome,
  scheduleProposal,
} from "./catalog/schedule-proposal.ts";
export {
  type AuthorityChange,
  type AuthorityOrderView,
  getAuthorityOrder,
  type SetAuthorityInput,
  setAuthority,
} from "./catalog/set-authority.ts";
export { type OfferingNotFound, setListed } from "./catalog/set-listed.ts";
export { type MarkupSimulation, type SimulatedMeter, simulateMarkup } from "./catalog/simulate-markup.ts";
export type { Snapshot } from "./catalog/snapshot.ts";
export type { SnapshotExcerpt } from "./catalog/snapshot-excerpt.ts";
export {
  type AnnouncedSource,
  announceSources,
  listSources,
  readFreshness,
  type SourceFreshness,
} from "./catalog/sources.ts";
export {
  type Submission,
  type SubmissionOutcome,
  type SubmitDocumentError,
  submitDocument,
} from "./catalog/submit-document.ts";
export { type CatalogueVersion, getVersion, listVersions, type VersionDiff } from "./catalog/versions.ts";
export { type PriceWatch, watchPrices } from "./catalog/watch-prices.ts";
export { announceContractChanges } from "./contracts/announce-contract-changes.ts";
export { closeVolumeMonths } from "./contracts/close-volume.ts";
export type { ContractError } from "./contracts/contract-error.ts";
export type { ContractNews } from "./contracts/contract-news.ts";
export { type ContractPlan, listContractPlans, saveContractPlan } from "./contracts/contract-plans.ts";
export type { ContractVersion } from "./contracts/contract-version.ts";
export { type CreditLineUse, creditLineUse } from "./contracts/credit-line-use.ts";
export { type ContractDryRun, dryRunContract } from "./contracts/dry-run-contract.ts";
export { endContract } from "./contracts/end-contract.ts";
export {
  type DiscountProgress,
  getOwnTerms,
  type OwnContract,
  type OwnTerms,
} from "./contracts/get-own-terms.ts";
export { type ContractList, type ContractState, listContracts } from "./contracts/list-contracts.ts";
export type { AppliedContract } from "./contracts/prices-for.ts";
export { renewCreditLines } from "./contracts/renew-credit-lines.ts";
export { type SetContractInput, setContract } from "./contracts/set-contract.ts";
export { type ContractSimulation, simulateContract } from "./contracts/simulate-contract.ts";
export { getContractNews, watchContracts } from "./contracts/watch-contracts.ts";
export type { Ctx } from "./ctx.ts";
export type { CustomInvoice, CustomInvoiceError } from "./custom-invoices/custom-invoice.ts";
export {
  type IssueCustomInvoiceInput,
  issueCustomInvoice,
} from "./custom-invoices/issue-custom-invoice.ts";
export {
  getCustomInvoice,
  type ListedCustomInvoice,
  listCustomInvoices,
} from "./custom-invoices/list-custom-invoices.ts";
export { type MarkInvoicePaidInput, markInvoicePaid } from "./custom-invoices/mark-invoice-paid.ts";
export {
  type CustomRefundPreview,
  previewCustomRefund,
  type RefundCustomInvoiceInput,
  refundCustomInvoice,
} from "./custom-invoices/refund-custom-invoice.ts";
export { remindOverdue } from "./custom-invoices/remind-overdue.ts";
export { voidCustomInvoice } from "./custom-invoices/void-custom-invoice.ts";
export {
  BillingDetails,
  getBillingDetails,
  saveBillingDetails,
} from "./invoices/billing-details.ts";
export { documentDollars, type Invoice, type InvoiceLine } from "./invoices/invoice.ts";
export { type IssuedDocuments, issueInvoice } from "./invoices/issue-invoice.ts";
export { issueMissingInvoices } from "./invoices/issue-missing-invoices.ts";
export {
  drawInvoice,
  getInvoice,
  type InvoiceNotFound,
  listInvoices,
  type PdfNotConfigured,
} from "./invoices/read-invoices.ts";
export { readSeller, Seller, saveSeller } from "./invoices/seller.ts";
export { createLedger, type Ledger, type LedgerOptions, type LedgerStats } from "./ledger/create-ledger.ts";
export { exportJournal } from "./ledger/export-journal.ts";
export type { Json } from "./ledger/ledger-op.ts";
export { opId } from "./ledger/op-id.ts";
export type { BudgetPeriod, SpendingPaused, SpendingSubject } from "./ledger/post-outcome.ts";
export { rollDueWallets } from "./ledger/roll-due-wallets.ts";
export { type OutboxMessage, takeOutbox } from "./ledger/take-outbox.ts";
export { type BookCheck, verifyBooks } from "./ledger/verify-books.ts";
export { type ImportedUpstream, importUpstream } from "./margin/import-upstream.ts";
export { listUpstream, type UpstreamList } from "./margin/list-upstream.ts";
export { type MarginReport, type MatchedDay, marginReport } from "./margin/margin-report.ts";
export { readAmount, readCount, readDay } from "./margin/read-cell.ts";
export {
  type ReadUpstreamRow,
  UpstreamMapping,
  type UpstreamRow,
  upstreamRows,
} from "./margin/read-upstream-csv.ts";
export { type UpstreamOffering, upstreamOffering } from "./margin/upstream-offering.ts";
export { type OpeningState, openingStates } from "./migration/opening-states.ts";
export { takeOverCards } from "./migration/take-over-cards.ts";
export {
  type TakenOver,
  type TakeOverError,
  type TakeOverInput,
  takeOverCustomer,
} from "./migration/take-over-customer.ts";
export { type Overview, overview } from "./ops/overview.ts";
export { type Readiness, readiness } from "./ops/readiness.ts";
export { TICKS, type TickError, tick } from "./ops/tick.ts";
export { tidyUp } from "./ops/tidy-up.ts";
export { readUndelivered } from "./ops/undelivered.ts";
export type {
  Jobs,
  Log,
  Mail,
  Mailer,
  MailTransport,
  Pdf,
  TaxCalculation,
  WebhookAnswer,
  WebhookTransport,
} from "./ports.ts";
export { type AcknowledgedIntent, acknowledgeIntent } from "./resources/acknowledge-intent.ts";
export { billDueDays } from "./resources/bill-due-days.ts";
export { type BilledDays, billResourceDays } from "./resources/bill-resource-days.ts";
export {
  type CreatedResource,
  type CreateResourceInput,
  createResource,
} from "./resources/create-resource.ts";
export { type DeletedResource, deleteResource } from "./resources/delete-resource.ts";
export { type FollowedIntents, followIntents } from "./resources/follow-intents.ts";
export { getInfrastructure, type Infrastructure } from "./resources/get-infrastructure.ts";
export { listResourceKinds, OwnKind, type ResourceKind, saveResourceKind } from "./resources/kinds.ts";
export { liftNotice } from "./resources/lift-notice.ts";
export { type ListedIntent, listIntents } from "./resources/list-intents.ts";
export {
  type BilledResourceDay,
  getResource,
  type ListResourcesInput,
  listResources,
} from "./resources/list-resources.ts";
export { type CustomerInfrastructure, listInfrastructure } from "./resources/list-shutdowns.ts";
export { listWaitingDeployments, type WaitingDeployment } from "./resources/list-waiting-deployments.ts";
export { type Overdue, readOverdue } from "./resources/read-overdue.ts";
export {
  type RecordedSamples,
  type RecordSamplesInput,
  recordSamples,
  type StorageSample,
} from "./resources/record-samples.ts";
export { type ReportedDeployment, reportDeployment } from "./resources/report-deployment.ts";
export type { BillingStatus, Resource, ResourceError, ResourceState } from "./resources/resource.ts";
export { type ScaleResourceInput, scaleResource } from "./resources/scale-resource.ts";
export {
  InfrastructureSettings,
  readInfrastructureSettings,
  saveInfrastructureSettings,
} from "./resources/settings.ts";
export { startResource } from "./resources/start-resource.ts";
export { stopResource } from "./resources/stop-resource.ts";
export { type WatchedRunways, watchRunways } from "./resources/watch-runways.ts";
export { listStatements, type StatementMonth } from "./statements/list-statements.ts";
export {
  drawStatement,
  exportStatement,
  getStatement,
  type StatementError,
  type StatementInput,
} from "./statements/read-statement.ts";
export type { LabelledLine, Position, Statement } from "./statements/statement.ts";
export {
  type AutoTopUpSettings,
  getAutoTopUp,
  type SaveAutoTopUpInput,
  saveAutoTopUp,
} from "./top-up/auto-top-up-settings.ts";
export { type SaveBillingSettingsInput, saveBillingSettings } from "./top-up/billing-settings.ts";
export {
  attachCard,
  type CardInput,
  listCards,
  removeCard,
  type SavedCard,
  setDefaultCard,
  setupCard,
} from "./top-up/cards.ts";
export { type CreateCheckoutInput, createCheckout } from "./top-up/create-checkout.ts";
export { FAILPOINTS, type Failpoint } from "./top-up/failpoint.ts";
export { handleRailEvent } from "./top-up/handle-rail-event.ts";
export { listAllPlans } from "./top-up/list-all-plans.ts";
export {
  type Dispute,
  getOrder,
  type ListedOrder,
  listOrders,
  listPaymentEvents,
  type PaymentEvent,
} from "./top-up/list-orders.ts";
export { listTopUpAttempts, type TopUpAttempt } from "./top-up/list-top-up-attempts.ts";
export type { OpenedCheckout, Order, OrderState } from "./top-up/order.ts";
export { type CreditPack, ensurePacks, listPacks, type SavePackInput, savePack } from "./top-up/packs.ts";
export type { PaymentError } from "./top-up/payment-error.ts";
export type {
  CancelPayment,
  CardOfCustomer,
  ChargeCard,
  ChargeOutcome,
  Decline,
  EnsureCustomer,
  EventPage,
  Found,
  IncomingWebhook,
  OpenCheckout,
  OpenSetup,
  OpenSubscription,
  PaymentRail,
  RailCard,
  RailCheckout,
  RailCustomer,
  RailDispute,
  RailError,
  RailInvoice,
  RailName,
  RailPayment,
  RailRefund,
  RefundPayment,
} from "./top-up/payment-rail.ts";
export {
  cancelPlan,
  listPlans,
  type Plan,
  type SavePlanInput,
  type SubscribeInput,
  savePlan,
  subscribeToPlan,
} from "./top-up/plans.ts";
export { previewRefund, type RefundPreview } from "./top-up/preview-refund.ts";
export {
  listPromotions,
  type Promotion,
  type SavePromotionInput,
  savePromotion,
} from "./top-up/promotions.ts";
export {
  DEFAULT_PURCHASE_LIMITS,
  type PurchaseLimits,
  readPurchaseLimits,
  savePurchaseLimits,
} from "./top-up/purchase-limits.ts";
export { countSandboxPurchases, purgeSandbox, type SandboxPurge } from "./top-up/purge-sandbox.ts";
export { ensureRailCustomer } from "./top-up/rail-customer.ts";
export type { RailEvent, RailFact, WebhookRefusal } from "./top-up/rail-event.ts";
export { type ReceivedWebhook, receiveWebhook } from "./top-up/receive-webhook.ts";
export {
  grantRecurring,
  listRecurringGrants,
  type RecurringGrant,
  type SaveRecurringGrantInput,
  saveRecurringGrant,
} from "./top-up/recurring-grants.ts";
export { type Refund, type RefundOrderInput, refundOrder } from "./top-up/refund-order.ts";
export { hasSandboxPurchases } from "./top-up/sandbox-purchases.ts";
export {
  createSandboxStore,
  type SandboxQuery,
  type SandboxRow,
  type SandboxStore,
  type SandboxTransaction,
} from "./top-up/sandbox-store.ts";
export {
  grantSignup,
  readSignupGrant,
  type SignupGrantSettings,
  saveSignupGrant,
} from "./top-up/signup-grant.ts";
export {
  type AutoTopUpSimulation,
  type SimulateAutoTopUpInput,
  simulateAutoTopUp,
} from "./top-up/simulate-auto-top-up.ts";
export { startAutoTopUp, type TopUpResult, type TopUpTrigger } from "./top-up/start-auto-top-up.ts";
export { type SweptPayments, sweepPayments } from "./top-up/sweep-payments.ts";
export { syncCards } from "./top-up/sync-cards.ts";
export { triggerAutoTopUp } from "./top-up/trigger-auto-top-up.ts";
export { type VerifiedSession, verifySession } from "./top-up/verify-session.ts";
export {
  type ListedX402Settlement,
  type ListX402SettlementsInput,
  listX402Settlements,
} from "./top-up/x402/list-x402-settlements.ts";
export { type PayWithX402Input, payWithX402 } from "./top-up/x402/pay-with-x402.ts";
export type { InvalidPaymentHeader } from "./top-up/x402/payment-header.ts";
export { sweepX402 } from "./top-up/x402/sweep-x402.ts";
export { type X402Offer, x402Offer } from "./top-up/x402/x402-offer.ts";
export type {
  X402Error,
  X402NotConfigured,
  X402Outcome,
  X402Terms,
} from "./top-up/x402/x402-outcome.ts";
export type {
  X402Authorization,
  X402Rail,
  X402Refusal,
  X402RefusalReason,
  X402SettleOutcome,
  X402Token,
  X402Transfer,
  X402Unavailable,
} from "./top-up/x402/x402-rail.ts";
export type { ListedGrant } from "./usage/burn-order.ts";
export { type CreditsSummary, creditsSummary } from "./usage/credits-summary.ts";
export { dryRunPolicy, type PolicyDryRun, type PolicyImpact } from "./usage/dry-run-policy.ts";
export { type Balance, getBalance, readStanding, type Standing } from "./usage/get-balance.ts";
export { getReceipt, type ReceiptNotFound } from "./usage/get-receipt.ts";
export { type GrantCreditsInput, type GrantedCredits, grantCredits } from "./usage/grant-credits.ts";
export { listGrants } from "./usage/list-grants.ts";
export { type ListedHold, listHolds } from "./usage/list-holds.ts";
export { listParked, type ParkedUsage } from "./usage/list-parked.ts";
export { listTransactions, type Transaction, type TransactionType } from "./usage/list-transactions.ts";
export { type PlacedHold, type PlaceHoldInput, placeHold } from "./usage/place-hold.ts";
export {
  type PreviewAdjustmentInput,
  previewAdjustment,
  type WalletPicture,
} from "./usage/preview-adjustment.ts";
export { type GrantBackPreview, previewGrantBack } from "./usage/preview-grant-back.ts";
export { type PreviewPriceInput, type PricePreview, previewPrice } from "./usage/preview-price.ts";
export { type QuotedUsage, type QuoteUsageInput, quoteUsage } from "./usage/quote-usage.ts";
export { type RatedParked, rateParked } from "./usage/rate-parked.ts";
export type { Receipt, ReceiptLine, ReceiptRate } from "./usage/receipt.ts";
export { recomputeReceipt } from "./usage/recompute-receipt.ts";
export { recordUsage } from "./usage/record-usage.ts";
export { recordUsageBatch } from "./usage/record-usage-batch.ts";
export type { RecordedUsage } from "./usage/recorded-usage.ts";
export { type Rerated, type RerateError, type RerateInput, rerateWindow } from "./usage/rerate-window.ts";
export {
  type ExtendHoldInput,
  extendHold,
  type HoldNumbers,
  type ReleaseHoldInput,
  releaseHold,
} from "./usage/resolve-hold.ts";
export { OUTCOMES, type Outcome } from "./usage/settings.ts";
export { type SettleHoldInput, settleHold } from "./usage/settle-hold.ts";
export type { DebitLine } from "./usage/stored-line.ts";
export { type TakeCreditsInput, type TakenCredits, takeCredits } from "./usage/take-credits.ts";
export {
  listReratings,
  type Rerating,
  type UndoReratingError,
  undoRerating,
} from "./usage/undo-rerating.ts";
export type { RecordUsageError } from "./usage/usage-error.ts";
export type { UsageReport } from "./usage/usage-report.ts";
export { type UsageGroup, type UsageRow, usageTotals } from "./usage/usage-totals.ts";
export { createUuidV7 } from "./uuid-v7.ts";
