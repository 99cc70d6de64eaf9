import { Anchor } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import classes from "./catalogue.module.css";
import type { ModelDetail } from "./model-detail.ts";
import { PriceAge } from "./price-age.tsx";

/** What is known of an offering besides its prices. */
export const ModelFacts = ({ model }: { model: ModelDetail }) => (
  <Panel title="About">
    <dl className={classes.facts}>
      <dt>Id</dt>
      <dd className={classes.mono}>{model.offering}</dd>
      <dt>Provider</dt>
      <dd>{model.provider}</dd>
      <dt>Checked at source</dt>
      <dd>
        <PriceAge item={model} />
      </dd>
      {model.aliases.length > 0 && (
        <>
          <dt>Also known as</dt>
          <dd className={classes.mono}>{model.aliases.join(", ")}</dd>
        </>
      )}
      {model.sourceUrl !== null && isWeb(model.sourceUrl) && (
        <>
          <dt>Price page</dt>
          <dd>
            <Anchor href={model.sourceUrl} target="_blank" rel="noreferrer noopener" size="sm">
              {model.sourceUrl}
            </Anchor>
          </dd>
        </>
      )}
    </dl>
  </Panel>
);

/** The address comes from a foreign document; anything but a web address stays text elsewhere. */
const isWeb = (url: string): boolean => /^https?:\/\//.test(url);
