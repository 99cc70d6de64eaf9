import {
  announceSources,
  claimRun,
  decideProposal,
  decideProposals,
  editProposal,
  endOverrides,
  explainAuthority,
  failRun,
  getProposal,
  getProposalPolicy,
  getRun,
  getVersion,
  importDocument,
  listOverrides,
  listProposals,
  listRuns,
  listSources,
  listVersions,
  openRuns,
  reportUnchanged,
  requestRun,
  scheduleProposal,
  setListed,
  setProposalPolicy,
  submitDocument,
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
  ImportDocumentInput,
  ListProposalsInput,
  ListRunsInput,
  ListVersionsInput,
  ProposalIdInput,
  ReportUnchangedInput,
  RequestRunInput,
  RunIdInput,
  ScheduleProposalInput,
  SetListedInput,
  SetProposalPolicyInput,
  SubmitDocumentInput,
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
  setListed: operatorProcedure
    .input(SetListedInput)
    .mutation(async ({ ctx, input }) => unwrap(await setListed(ctx.billing, ctx.actor, input))),
  // The verb decides: operators, and service keys that may submit; never a worker.
  importDocument: actorProcedure
    .input(ImportDocumentInput)
    .mutation(async ({ ctx, input }) => unwrap(await importDocument(ctx.billing, ctx.actor, input))),
});
