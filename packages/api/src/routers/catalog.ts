import {
  announceSources,
  claimRun,
  decideProposal,
  decideProposals,
  editProposal,
  endOverrides,
  explainAuthority,
  failRun,
  getAuthorityOrder,
  getIdentity,
  getPriceAlarms,
  getProposal,
  getProposalPolicy,
  getRate,
  getRun,
  getVersion,
  importDocument,
  listIdentities,
  listOverrides,
  listOwnCosts,
  listProposals,
  listReratings,
  listRuns,
  listSources,
  listVersions,
  openRuns,
  previewGrantBack,
  removeIdentity,
  reportUnchanged,
  requestRun,
  rerateWindow,
  retireOffering,
  rollbackCatalogue,
  scheduleProposal,
  setAuthority,
  setIdentity,
  setListed,
  setOwnCost,
  setProposalPolicy,
  submitDocument,
  undoRerating,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import {
  AnnounceSourcesInput,
  AuthorityInput,
  ClaimRunInput,
  DecideProposalInput,
  DecideProposalsInput,
  EditProposalInput,
  EndOverridesInput,
  FailRunInput,
  IdentitiesInput,
  IdentityInput,
  ImportDocumentInput,
  ListProposalsInput,
  ListRunsInput,
  ListVersionsInput,
  OwnCostsInput,
  PreviewGrantBackInput,
  ProposalIdInput,
  RateIdInput,
  RemoveIdentityInput,
  ReportUnchangedInput,
  RequestRunInput,
  RerateInput,
  RetireInput,
  RollbackInput,
  RunIdInput,
  ScheduleProposalInput,
  SetAuthorityInput,
  SetIdentityInput,
  SetListedInput,
  SetOwnCostInput,
  SetProposalPolicyInput,
  SubmitDocumentInput,
  UndoReratingInput,
  VersionInput,
} from "../inputs/catalog.ts";
import { actorProcedure, operatorProcedure, router, scopedProcedure } from "../trpc.ts";

const submitter = scopedProcedure("catalog:submit");

/** How prices come in: the worker's procedures first, then the operator's. */
export const catalogRouter = router({
  announce: submitter
    .input(AnnounceSourcesInput)
    .mutation(async ({ ctx, input }) => unwrap(await announceSources(ctx.billing, ctx.actor, input))),
  claim: submitter
    .input(ClaimRunInput)
    .mutation(async ({ ctx, input }) => unwrap(await claimRun(ctx.billing, ctx.actor, input))),
  submit: submitter.input(SubmitDocumentInput).mutation(async ({ ctx, input }) => {
    const bodyGzip = Buffer.from(input.snapshot.bodyGzip, "base64");
    const submission = { ...input, snapshot: { ...input.snapshot, bodyGzip } };
    const { outcome, version, ...done } = unwrap(await submitDocument(ctx.billing, ctx.actor, submission));
    return outcome === "failed" && "check" in done
      ? { outcome, version, counts: null, check: done.check, message: done.message }
      : { outcome, version, counts: "counts" in done ? done.counts : null, check: null, message: null };
  }),
  unchanged: submitter
    .input(ReportUnchangedInput)
    .mutation(async ({ ctx, input }) => unwrap(await reportUnchanged(ctx.billing, ctx.actor, input))),
  fail: submitter
    .input(FailRunInput)
    .mutation(async ({ ctx, input }) => unwrap(await failRun(ctx.billing, ctx.actor, input))),
  requested: submitter.query(async ({ ctx }) => unwrap(await openRuns(ctx.billing, ctx.actor))),

  sources: operatorProcedure.query(async ({ ctx }) => unwrap(await listSources(ctx.billing, ctx.actor))),
  requestRun: operatorProcedure
    .input(RequestRunInput)
    .mutation(async ({ ctx, input }) => unwrap(await requestRun(ctx.billing, ctx.actor, input))),
  runs: operatorProcedure
    .input(ListRunsInput)
    .query(async ({ ctx, input }) => unwrap(await listRuns(ctx.billing, ctx.actor, input))),
  run: operatorProcedure
    .input(RunIdInput)
    .query(async ({ ctx, input }) => unwrap(await getRun(ctx.billing, ctx.actor, input))),
  proposals: operatorProcedure
    .input(ListProposalsInput)
    .query(async ({ ctx, input }) => unwrap(await listProposals(ctx.billing, ctx.actor, input))),
  decideProposal: operatorProcedure
    .input(DecideProposalInput)
    .mutation(async ({ ctx, input }) => unwrap(await decideProposal(ctx.billing, ctx.actor, input))),
  decideProposals: operatorProcedure
    .input(DecideProposalsInput)
    .mutation(async ({ ctx, input }) => unwrap(await decideProposals(ctx.billing, ctx.actor, input))),
  grantBackPreview: operatorProcedure
    .input(PreviewGrantBackInput)
    .query(async ({ ctx, input }) => unwrap(await previewGrantBack(ctx.billing, ctx.actor, input))),
  proposal: operatorProcedure
    .input(ProposalIdInput)
    .query(async ({ ctx, input }) => unwrap(await getProposal(ctx.billing, ctx.actor, input))),
  editProposal: operatorProcedure
    .input(EditProposalInput)
    .mutation(async ({ ctx, input }) => unwrap(await editProposal(ctx.billing, ctx.actor, input))),
  scheduleProposal: operatorProcedure
    .input(ScheduleProposalInput)
    .mutation(async ({ ctx, input }) => unwrap(await scheduleProposal(ctx.billing, ctx.actor, input))),
  proposalPolicy: operatorProcedure.query(async ({ ctx }) =>
    unwrap(await getProposalPolicy(ctx.billing, ctx.actor)),
  ),
  setProposalPolicy: operatorProcedure
    .input(SetProposalPolicyInput)
    .mutation(async ({ ctx, input }) => unwrap(await setProposalPolicy(ctx.billing, ctx.actor, input))),
  authority: operatorProcedure
    .input(AuthorityInput)
    .query(async ({ ctx, input }) => unwrap(await explainAuthority(ctx.billing, ctx.actor, input))),
  alarms: operatorProcedure.query(async ({ ctx }) => unwrap(await getPriceAlarms(ctx.billing, ctx.actor))),
  authorityOrder: operatorProcedure.query(async ({ ctx }) =>
    unwrap(await getAuthorityOrder(ctx.billing, ctx.actor)),
  ),
  setAuthority: operatorProcedure
    .input(SetAuthorityInput)
    .mutation(async ({ ctx, input }) => unwrap(await setAuthority(ctx.billing, ctx.actor, input))),
  identities: operatorProcedure
    .input(IdentitiesInput)
    .query(async ({ ctx, input }) => unwrap(await listIdentities(ctx.billing, ctx.actor, input))),
  identity: operatorProcedure
    .input(IdentityInput)
    .query(async ({ ctx, input }) => unwrap(await getIdentity(ctx.billing, ctx.actor, input))),
  setIdentity: operatorProcedure
    .input(SetIdentityInput)
    .mutation(async ({ ctx, input }) => unwrap(await setIdentity(ctx.billing, ctx.actor, input))),
  removeIdentity: operatorProcedure
    .input(RemoveIdentityInput)
    .mutation(async ({ ctx, input }) => unwrap(await removeIdentity(ctx.billing, ctx.actor, input))),
  retire: operatorProcedure
    .input(RetireInput)
    .mutation(async ({ ctx, input }) => unwrap(await retireOffering(ctx.billing, ctx.actor, input))),
  ownCosts: operatorProcedure
    .input(OwnCostsInput)
    .query(async ({ ctx, input }) => unwrap(await listOwnCosts(ctx.billing, ctx.actor, input))),
  setOwnCost: operatorProcedure
    .input(SetOwnCostInput)
    .mutation(async ({ ctx, input }) => unwrap(await setOwnCost(ctx.billing, ctx.actor, input))),
  rollback: operatorProcedure
    .input(RollbackInput)
    .mutation(async ({ ctx, input }) => unwrap(await rollbackCatalogue(ctx.billing, ctx.actor, input))),
  rerate: operatorProcedure
    .input(RerateInput)
    .mutation(async ({ ctx, input }) => unwrap(await rerateWindow(ctx.billing, ctx.actor, input))),
  undoRerating: operatorProcedure
    .input(UndoReratingInput)
    .mutation(async ({ ctx, input }) => unwrap(await undoRerating(ctx.billing, ctx.actor, input))),
  reratings: operatorProcedure.query(async ({ ctx }) => unwrap(await listReratings(ctx.billing, ctx.actor))),
  overrides: operatorProcedure.query(async ({ ctx }) => unwrap(await listOverrides(ctx.billing, ctx.actor))),
  endOverrides: operatorProcedure
    .input(EndOverridesInput)
    .mutation(async ({ ctx, input }) => unwrap(await endOverrides(ctx.billing, ctx.actor, input))),
  versions: operatorProcedure
    .input(ListVersionsInput)
    .query(async ({ ctx, input }) => unwrap(await listVersions(ctx.billing, ctx.actor, input))),
  version: operatorProcedure
    .input(VersionInput)
    .query(async ({ ctx, input }) => unwrap(await getVersion(ctx.billing, ctx.actor, input))),
  rate: operatorProcedure
    .input(RateIdInput)
    .query(async ({ ctx, input }) => unwrap(await getRate(ctx.billing, ctx.actor, input))),
  setListed: operatorProcedure
    .input(SetListedInput)
    .mutation(async ({ ctx, input }) => unwrap(await setListed(ctx.billing, ctx.actor, input))),
  // The verb decides: operators, and service keys that may submit; never a worker.
  importDocument: actorProcedure
    .input(ImportDocumentInput)
    .mutation(async ({ ctx, input }) => unwrap(await importDocument(ctx.billing, ctx.actor, input))),
});
