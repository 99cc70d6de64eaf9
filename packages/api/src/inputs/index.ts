export {
  AgentBody,
  AppBody,
  CreateKeyInput,
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
export {
  EventMetadata,
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
export {
  AuthorityInput,
  DecideProposalInput,
  DecideProposalsInput,
  EditProposalInput,
  EndOverridesInput,
  ImportDocumentInput,
  RequestRunInput,
  ScheduleProposalInput,
  SetListedInput,
  SetProposalPolicyInput,
} from "./catalog.ts";
export { OfferingName, PriceListInput, SetPolicyInput } from "./pricing.ts";
export { ExternalId, Limit, Metadata, shortText } from "./text.ts";
