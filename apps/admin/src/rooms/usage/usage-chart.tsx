import { Group, Switch, Table, Text, UnstyledButton } from "@mantine/core";
import { nanos } from "@ratebook/core";
import { useState } from "react";
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { periodText } from "./period-text.ts";
import { SpendAmount } from "./spend-amount.tsx";
import type { Explored } from "./usage-room.tsx";
import { DIMENSION_NAMES, type Dimension, type Granularity } from "./usage-view.ts";

type UsageChartProps = {
  data: Explored;
  groupBy: Dimension;
  granularity: Granularity;
  onPick: (value: string) => void;
};

/**
 * Spend by period, stacked by the greatest groups, with the interval before as a line; the same figures as a table. Groups
 * that overlap are lines over the whole: stacked they would be higher than what was spent.
 */
export function UsageChart({ data, groupBy, granularity, onPick }: UsageChartProps) {
  const [compared, setCompared] = useState(true);
  const [asTable, setAsTable] = useState(false);
  const labels = data.charted.map((key) => data.rows.find((row) => row.key === key)?.label || "Not named");
  return (
    <Panel
      title="Over time"
      action={
        <Group gap="md">
          <Switch
            size="sm"
            label="Before"
            checked={compared}
            onChange={(event) => setCompared(event.currentTarget.checked)}
          />
          <Switch
            size="sm"
            label="As a table"
            checked={asTable}
            onChange={(event) => setAsTable(event.currentTarget.checked)}
          />
        </Group>
      }
      description={
        data.overlaps
          ? `A line for each ${DIMENSION_NAMES[groupBy].toLowerCase()}; usage with several is in the line of each. The broken line is the same length of time before.`
          : `Stacked by ${DIMENSION_NAMES[groupBy].toLowerCase()}; the broken line is the same length of time before.`
      }
    >
      {asTable ? (
        <PeriodTable data={data} granularity={granularity} labels={labels} />
      ) : (
        <Drawn data={data} granularity={granularity} labels={labels} compared={compared} onPick={onPick} />
      )}
    </Panel>
  );
}

type DrawnProps = Pick<UsageChartProps, "data" | "granularity" | "onPick"> & {
  labels: readonly string[];
  compared: boolean;
};

function Drawn({ data, granularity, labels, compared, onPick }: DrawnProps) {
  const points = data.series.map(({ start, amount, parts, previous }, place) => {
    const others = parts.reduce((left, part) => left - part, BigInt(amount));
    return {
      place,
      title: periodText(start, granularity, data.timeZone),
      all: height(amount),
      heights: [...parts, others].map(height),
      before: height(previous),
    };
  });
  const { overlaps } = data;
  const others =
    !overlaps &&
    data.series.some(({ amount, parts }) => parts.reduce((left, part) => left - part, BigInt(amount)) !== 0n);
  const whole = overlaps ? "All usage" : others ? "All others" : null;
  return (
    <figure className="usage-chart" aria-label="Spend over time; the same figures are in the table">
      <div aria-hidden>
        <ResponsiveContainer width="100%" height={260}>
          <ComposedChart
            accessibilityLayer={false}
            data={points}
            margin={{ top: 8, right: 4, bottom: 0, left: 4 }}
            stackOffset="sign"
          >
            <CartesianGrid vertical={false} stroke="var(--rb-line)" />
            <XAxis
              dataKey="title"
              tickLine={false}
              axisLine={{ stroke: "var(--rb-line)" }}
              tick={TICK}
              minTickGap={28}
            />
            <YAxis width={56} tickLine={false} axisLine={false} tick={TICK} tickFormatter={axisText} />
            <Tooltip
              cursor={{ fill: "var(--mantine-color-default-hover)" }}
              isAnimationActive={false}
              content={({ active, payload }) => {
                const place: unknown = payload?.[0]?.payload?.place;
                return active && typeof place === "number" ? (
                  <Hint data={data} place={place} labels={labels} granularity={granularity} />
                ) : null;
              }}
            />
            {overlaps && (
              <Bar dataKey="all" fill={OTHERS} fillOpacity={0.4} isAnimationActive={false} name="All usage" />
            )}
            {labels.map((label, part) => {
              const own = {
                dataKey: ({ heights }: (typeof points)[number]) => heights[part],
                isAnimationActive: false,
                name: label,
              };
              const colour = `var(--rb-chart-${part + 1})`;
              return overlaps ? (
                <Line key={label} {...own} type="linear" dot={false} stroke={colour} strokeWidth={2} />
              ) : (
                <Bar key={label} {...own} stackId="spend" fill={colour} />
              );
            })}
            {others && (
              <Bar
                stackId="spend"
                dataKey={({ heights }: (typeof points)[number]) => heights[labels.length]}
                fill={OTHERS}
                isAnimationActive={false}
                name="All others"
              />
            )}
            {compared && (
              <Line
                dataKey="before"
                type="linear"
                dot={false}
                stroke="var(--mantine-color-dimmed)"
                strokeDasharray="4 4"
                strokeWidth={1.5}
                isAnimationActive={false}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="usage-legend">
        {labels.map((label, part) => (
          <UnstyledButton key={label} onClick={() => onPick(data.charted[part] ?? "")}>
            <i style={{ background: `var(--rb-chart-${part + 1})` }} aria-hidden />
            {label}
          </UnstyledButton>
        ))}
        {whole !== null && (
          <span>
            <i style={{ background: OTHERS, opacity: overlaps ? 0.4 : 1 }} aria-hidden />
            {whole}
          </span>
        )}
        {compared && (
          <span>
            <i className="usage-legend-before" aria-hidden />
            Before
          </span>
        )}
      </figcaption>
    </figure>
  );
}

type HintProps = { data: Explored; place: number; labels: readonly string[]; granularity: Granularity };

function Hint({ data, place, labels, granularity }: HintProps) {
  const period = data.series[place];
  if (period === undefined) return null;
  return (
    <div className="usage-hint">
      <Text size="xs" fw={600}>
        {periodText(period.start, granularity, data.timeZone)}
      </Text>
      <Text size="sm" component="div">
        <SpendAmount sums={period} />
      </Text>
      {labels.map((label, part) => {
        const amount = period.parts[part] ?? nanos(0n);
        return amount === 0n ? null : (
          <Text key={label} size="xs" c="dimmed">
            {label}: {moneyText(amount)}
          </Text>
        );
      })}
      <Text size="xs" c="dimmed">
        Before: {moneyText(period.previous)}
      </Text>
    </div>
  );
}

const PeriodTable = ({ data, granularity, labels }: Omit<HintProps, "place">) => (
  <DataTable label="Spend over time" minWidth={240 + labels.length * 120}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">{granularity === "hour" ? "Hour" : "From"}</Table.Th>
        {["Requests", "All", ...labels, "Before"].map((label) => (
          <Table.Th key={label} scope="col" className="number">
            {label}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {data.series.map((period) => (
        <Table.Tr key={period.start.getTime()}>
          <Table.Th scope="row">{periodText(period.start, granularity, data.timeZone)}</Table.Th>
          <Table.Td className="number">{period.requests.toLocaleString("en")}</Table.Td>
          <Table.Td className="number">
            <SpendAmount sums={period} />
          </Table.Td>
          {[...period.parts, period.previous].map((money, column) => (
            <Table.Td key={column} className="number">
              {/* Nothing, or nothing that has a price. */}
              {money === 0n ? "–" : <Money amount={money} />}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);

/** Only how high a bar is drawn; every amount that is read is exact text. */
const height = (amount: bigint): number => Number(amount) / 1e9;

const axisText = (dollars: number): string =>
  `$${dollars.toLocaleString("en", { maximumSignificantDigits: 3, notation: Math.abs(dollars) >= 10_000 ? "compact" : "standard" })}`;

/** What no colour of its own stands for. */
const OTHERS = "var(--rb-chart-7)";
const TICK = { fill: "var(--mantine-color-dimmed)", fontSize: 12 };
