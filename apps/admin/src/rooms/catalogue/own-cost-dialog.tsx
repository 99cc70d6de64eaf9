import { Group, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { readPer, readPrice } from "../proposals/corrected-price.ts";
import { meterText } from "../wallet/meter-text.ts";
import { asOfText, readAsOf } from "./as-of.ts";
import { conditionsId, conditionTexts } from "./conditions-text.ts";
import type { ModelDetail } from "./model-detail.ts";
import { inReadingOrder } from "./shown-rates.ts";

type OwnCost = Api<"catalog", "ownCosts">[number];
type Point = Pick<OwnCost, "meter" | "when">;

type OwnCostDialogProps = {
  model: ModelDetail;
  /** The one to be changed or ended; null notes a new one. */
  cost: OwnCost | null;
  onClose: () => void;
};

/** Notes what the operator pays for a price point from a date on, or changes or ends what was noted. */
export function OwnCostDialog({ model, cost, onClose }: OwnCostDialogProps) {
  const points: Point[] = cost === null ? inReadingOrder(model.rates) : [cost];
  const [first] = points;
  const set = useMutation(
    useTRPC().catalog.setOwnCost.mutationOptions({
      onSuccess: () => {
        notifyDone("Noted. Margins count by it from its date on; no price changed.");
        onClose();
      },
    }),
  );
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      point: first === undefined ? "" : idOf(first),
      usd: cost?.usd ?? "",
      per: (cost?.per ?? BigInt(model.rates[0]?.per ?? 1)).toString(),
      from: cost === null ? "" : asOfText(cost.validFrom),
      until: cost?.validUntil ? asOfText(cost.validUntil) : "",
      reason: "",
    },
    validate: {
      usd: (text) => refusal(readPrice(text)),
      per: (text) => refusal(readPer(text)),
      from: (text) => (text !== "" && readAsOf(text) === null ? "This is no instant." : null),
      until: (text) => (text !== "" && readAsOf(text) === null ? "This is no instant." : null),
      reason: reasonIssue,
    },
  });
  return (
    <FormModal
      opened
      title={cost === null ? "Note what you pay" : "Change what you pay"}
      submitLabel="Note it"
      pending={set.isPending}
      error={set.error}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => {
        const [usd, per] = [readPrice(values.usd), readPer(values.per)];
        const point = points.find((it) => idOf(it) === values.point);
        if (!usd.ok || !per.ok || point === undefined) return;
        // The start tells which one it is; the field shows it cut to the minute.
        const validFrom = cost?.validFrom ?? readAsOf(values.from) ?? undefined;
        const validUntil = readAsOf(values.until) ?? undefined;
        set.mutate({
          offering: model.offering,
          meter: point.meter,
          when: point.when,
          usd: usd.value,
          per: per.value,
          ...(validFrom && { validFrom }),
          ...(validUntil && { validUntil }),
          reason: values.reason.trim(),
        });
      })}
    >
      <Text size="sm">
        {model.offering}: margin is counted by this cost instead of the list price. Customers pay what they
        paid.
      </Text>
      <Select
        label="For"
        withAsterisk
        allowDeselect={false}
        disabled={cost !== null}
        data={points.map((point) => ({ value: idOf(point), label: pointText(point) }))}
        key={form.key("point")}
        {...form.getInputProps("point")}
      />
      <Group gap="sm" align="flex-start" grow>
        <TextInput
          label="You pay"
          inputMode="decimal"
          leftSection="$"
          withAsterisk
          data-autofocus
          key={form.key("usd")}
          {...form.getInputProps("usd")}
        />
        <TextInput
          label="For so many units"
          inputMode="numeric"
          withAsterisk
          key={form.key("per")}
          {...form.getInputProps("per")}
        />
      </Group>
      <Group gap="sm" align="flex-start" grow>
        <TextInput
          type="datetime-local"
          label="From (UTC)"
          description="Empty: now"
          disabled={cost !== null}
          key={form.key("from")}
          {...form.getInputProps("from")}
        />
        <TextInput
          type="datetime-local"
          label="Until (UTC)"
          description="Empty: further notice"
          key={form.key("until")}
          {...form.getInputProps("until")}
        />
      </Group>
      <ReasonField key={form.key("reason")} {...form.getInputProps("reason")} />
    </FormModal>
  );
}

const idOf = ({ meter, when }: Point): string => `${meter} ${conditionsId(when)}`;

const pointText = ({ meter, when }: Point): string => [meterText(meter), ...conditionTexts(when)].join(", ");

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;
