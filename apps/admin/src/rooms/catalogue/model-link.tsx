import { Link } from "@tanstack/react-router";
import classes from "./catalogue.module.css";
import type { TokenScale } from "./unit-price.ts";

type ModelLinkProps = { offering: string; name: string | null; scale: TokenScale };

/** An offering's name and id, leading to its page. */
export function ModelLink({ offering, name, scale }: ModelLinkProps) {
  // A model's own name may hold slashes too.
  const [provider = "", ...model] = offering.split("/");
  return (
    <>
      <Link
        to="/catalogue/$provider/$"
        params={{ provider, _splat: model.join("/") }}
        search={scale === "1k" ? { per: scale } : {}}
        className={classes.model}
      >
        {name ?? offering}
      </Link>
      {name !== null && <div className={classes.id}>{offering}</div>}
    </>
  );
}
