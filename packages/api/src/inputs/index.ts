export { issueSentence } from "../issue-sentence.ts";
export {
  AgentBody,
  AppBody,
  CreateKeyInput,
  CUSTOMER_FILTERS,
  CustomerBody,
  CustomerRef,
  ImportKeyInput,
  InviteMemberInput,
  ListAuditInput,
  ListCustomersInput,
  PageInput,
  RevokeKeyInput,
  UpsertAgentInput,
  UpsertAppInput,
  UpsertCustomerInput,
} from "./accounts.ts";
export { AlertLevelInput, SaveAlertsInput } from "./alerts.ts";
export { USAGE_DIMENSIONS, USAGE_GRANULARITIES } from "./analytics.ts";
export {
  GrantInput,
  HoldInput,
  IdempotencyKey,
  OutcomeName,
  QuoteInput,
  RateParkedInput,
  SettleInput,
  USAGE_GROUPS,
  UsdInput,
} from "./billing.ts";
export { PauseSpendingInput, SaveBudgetInput } from "./budgets.ts";
export {
  AuthorityInput,
  DecideProposalInput,
  DecideProposalsInput,
  EditProposalInput,
  EndOverridesInput,
  ImportDocumentInput,
  RemoveIdentityInput,
  RequestRunInput,
  RerateInput,
  RetireInput,
  RollbackInput,
  ScheduleProposalInput,
  SetAuthorityInput,
  SetIdentityInput,
  SetListedInput,
  SetOwnCostInput,
  SetProposalPolicyInput,
  UndoReratingInput,
} from "./catalog.ts";
export { CONTRACT_STATES } from "./contracts.ts";
export {
  AutoTopUpInput,
  CheckoutInput,
  OrdersInput,
  RefundInput,
  SavePackInput,
  SavePromotionInput,
  SaveRecurringGrantInput,
  SaveSignupGrantInput,
} from "./payments.ts";
export { BrandingInput } from "./portal.ts";
export {
  DryRunPolicyInput,
  OfferingName,
  PriceListInput,
  SetPolicyInput,
  SimulateMarkupInput,
} from "./pricing.ts";
export { ExternalId, Limit, Metadata, shortText } from "./text.ts";
export { CreateWebhookEndpointInput, EventKindName, WebhookDeliveriesInput } from "./webhooks.ts";
