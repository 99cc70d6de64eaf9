import { ActionIcon, Badge, Group, Text, Tooltip } from "@mantine/core";
import type { MarkupRule } from "@ratebook/core";
import { type Icon, IconArrowDown, IconArrowUp, IconPencil, IconTrash } from "@tabler/icons-react";
import classes from "./markup.module.css";
import { moved, without } from "./rule-order.ts";
import { effectText, matchText } from "./rule-text.ts";

type RuleListProps = {
  rules: readonly MarkupRule[];
  /** Those in force, to mark what the draft changes. */
  inForce: readonly MarkupRule[];
  onChange: (rules: MarkupRule[]) => void;
  onEdit: (index: number) => void;
  /** The last one may be taken out, too. */
  mayBeEmpty?: boolean;
};

/** The rules in order: the first that matches wins. Each can be moved, changed and taken out of the draft. */
export const RuleList = ({ rules, inForce, onChange, onEdit, mayBeEmpty = false }: RuleListProps) => (
  <ol className={classes.rules} aria-label="Markup rules">
    {rules.map((rule, index) => {
      const before = inForce.find(({ id }) => id === rule.id);
      const changed = before !== undefined && JSON.stringify(before) !== JSON.stringify(rule);
      return (
        <li key={rule.id} className={classes.rule} aria-label={rule.id}>
          <span className={classes.position} aria-hidden>
            {index + 1}
          </span>
          <div className={classes.words}>
            <Group gap={6}>
              <Text size="sm" fw={600} className={classes.id}>
                {rule.id}
              </Text>
              {before === undefined && (
                <Badge size="sm" variant="light" color="teal">
                  New
                </Badge>
              )}
              {changed && (
                <Badge size="sm" variant="light" color="blue">
                  Changed
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {matchText(rule.match)}
            </Text>
          </div>
          <Text size="sm" fw={500} className={classes.effect}>
            {effectText(rule)}
          </Text>
          <Group gap={2} wrap="nowrap">
            <Act
              icon={IconArrowUp}
              label={`Move ${rule.id} up`}
              disabled={index === 0}
              onClick={() => onChange(moved(rules, index, -1))}
            />
            <Act
              icon={IconArrowDown}
              label={`Move ${rule.id} down`}
              disabled={index === rules.length - 1}
              onClick={() => onChange(moved(rules, index, 1))}
            />
            <Act icon={IconPencil} label={`Change ${rule.id}`} onClick={() => onEdit(index)} />
            <Act
              icon={IconTrash}
              label={`Remove ${rule.id}`}
              disabled={rules.length === 1 && !mayBeEmpty}
              onClick={() => onChange(without(rules, index))}
            />
          </Group>
        </li>
      );
    })}
  </ol>
);

type ActProps = { icon: Icon; label: string; disabled?: boolean; onClick: () => void };

const Act = ({ icon: ActIcon, label, disabled = false, onClick }: ActProps) => (
  <Tooltip label={label}>
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
      <ActIcon size={17} aria-hidden />
    </ActionIcon>
  </Tooltip>
);
