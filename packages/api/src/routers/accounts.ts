import {
  type Actor,
  type Ctx,
  changeKey,
  createCustomer,
  createKey,
  createPortalSession,
  getCustomer,
  importKey,
  listAudit,
  listCustomers,
  listKeys,
  listMails,
  readBranding,
  readPortalVisit,
  retryMail,
  revokeKey,
  rotateKey,
  saveBranding,
  setTimeZone,
  upsertAgent,
  upsertApp,
  upsertCustomer,
} from "@ratebook/billing";
import { failed, unwrap } from "../failures.ts";
import {
  ChangeKeyInput,
  CreateKeyInput,
  CustomerBody,
  CustomerRef,
  ImportKeyInput,
  InviteMemberInput,
  ListAuditInput,
  ListCustomersInput,
  MailInput,
  MailsInput,
  RevokeKeyInput,
  RotateKeyInput,
  SetTimeZoneInput,
  UpsertAgentInput,
  UpsertAppInput,
  UpsertCustomerInput,
} from "../inputs/accounts.ts";
import { BrandingInput, PortalSessionInput } from "../inputs/portal.ts";
import { actorProcedure, operatorProcedure, publicProcedure, router, scopedProcedure } from "../trpc.ts";

export const accountsRouter = router({
  /** Who is signed in; null for nobody and for programs. */
  me: publicProcedure.query(async ({ ctx: { actor, billing, sessions } }) => {
    if (actor?.kind === "portal") return portalMe(billing, actor);
    if (actor?.kind !== "operator" && actor?.kind !== "member") return null;
    const user = await sessions?.profile(actor.userId);
    if (!sessions || !user) return null;
    const organizations = await sessions.organizations(actor.userId);
    return actor.kind === "operator"
      ? { kind: actor.kind, user, customerId: null, role: null, organizations, portal: null }
      : {
          kind: actor.kind,
          user,
          customerId: actor.customerId,
          role: actor.role,
          organizations,
          portal: null,
        };
  }),

  /** An address that opens a customer's dashboard once, without a password. */
  createPortalSession: actorProcedure
    .input(PortalSessionInput)
    .mutation(async ({ ctx, input }) => unwrap(await createPortalSession(ctx.billing, ctx.actor, input))),
  /** How the platform looks to its customers. */
  branding: operatorProcedure.query(({ ctx }) => readBranding(ctx.billing.db)),
  saveBranding: operatorProcedure
    .input(BrandingInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveBranding(ctx.billing, ctx.actor, input))),

  customers: operatorProcedure
    .input(ListCustomersInput)
    .query(async ({ ctx, input }) => unwrap(await listCustomers(ctx.billing, ctx.actor, input))),
  customer: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getCustomer(ctx.billing, ctx.actor, input))),
  upsertCustomer: scopedProcedure("customers:write")
    .input(UpsertCustomerInput)
    .mutation(async ({ ctx, input }) => unwrap(await upsertCustomer(ctx.billing, ctx.actor, input))),
  createCustomer: operatorProcedure
    .input(CustomerBody)
    .mutation(async ({ ctx, input }) => unwrap(await createCustomer(ctx.billing, ctx.actor, input))),

  /** Lets an operator, who belongs to no organization, bring the first people into a customer's. */
  inviteMember: operatorProcedure.input(InviteMemberInput).mutation(async ({ ctx, input }) => {
    const { actor, sessions } = ctx;
    if (actor.kind !== "operator" || sessions === undefined) {
      throw failed({
        kind: "access_denied",
        message: "Only an operator who is signed in may invite people.",
      });
    }
    const { id, name } = unwrap(await getCustomer(ctx.billing, actor, input));
    return sessions.invite({ customer: { id, name }, email: input.email, role: input.role, operator: actor });
  }),

  setTimeZone: actorProcedure
    .input(SetTimeZoneInput)
    .mutation(async ({ ctx, input }) => unwrap(await setTimeZone(ctx.billing, ctx.actor, input))),
  upsertAgent: actorProcedure
    .input(UpsertAgentInput)
    .mutation(async ({ ctx, input }) => unwrap(await upsertAgent(ctx.billing, ctx.actor, input))),
  upsertApp: actorProcedure
    .input(UpsertAppInput)
    .mutation(async ({ ctx, input }) => unwrap(await upsertApp(ctx.billing, ctx.actor, input))),

  keys: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listKeys(ctx.billing, ctx.actor, input))),
  createKey: actorProcedure
    .input(CreateKeyInput)
    .mutation(async ({ ctx, input }) => unwrap(await createKey(ctx.billing, ctx.actor, input))),
  changeKey: actorProcedure
    .input(ChangeKeyInput)
    .mutation(async ({ ctx, input }) => unwrap(await changeKey(ctx.billing, ctx.actor, input))),
  /** Another text for the same key; the one until now works until the overlap ends. */
  rotateKey: actorProcedure
    .input(RotateKeyInput)
    .mutation(async ({ ctx, input }) => unwrap(await rotateKey(ctx.billing, ctx.actor, input))),
  importKey: operatorProcedure
    .input(ImportKeyInput)
    .mutation(async ({ ctx, input }) => unwrap(await importKey(ctx.billing, ctx.actor, input))),
  revokeKey: actorProcedure
    .input(RevokeKeyInput)
    .mutation(async ({ ctx, input }) => unwrap(await revokeKey(ctx.billing, ctx.actor, input))),

  mails: operatorProcedure
    .input(MailsInput)
    .query(async ({ ctx, input }) => unwrap(await listMails(ctx.billing, ctx.actor, input))),
  retryMail: operatorProcedure
    .input(MailInput)
    .mutation(async ({ ctx, input }) => unwrap(await retryMail(ctx.billing, ctx.actor, input))),
  audit: operatorProcedure
    .input(ListAuditInput)
    .query(async ({ ctx, input }) => unwrap(await listAudit(ctx.billing, ctx.actor, input))),
});

/** Somebody who came through the portal: nobody by name, in their organization's place, for as long as the visit lasts. */
async function portalMe(billing: Ctx, { visitId }: Extract<Actor, { kind: "portal" }>) {
  const visit = await readPortalVisit(billing, visitId);
  if (visit === null) return null;
  const { customer, ...portal } = visit;
  return {
    kind: "member" as const,
    user: { id: visitId, name: customer.name, email: "" },
    customerId: customer.id,
    role: "admin" as const,
    organizations: [],
    portal,
  };
}
