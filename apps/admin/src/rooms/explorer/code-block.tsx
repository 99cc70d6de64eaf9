import { CopyButton } from "../../app/copy-button.tsx";
import classes from "./explorer.module.css";

type CodeBlockProps = { text: string; label: string; tall?: boolean };

/** Text as it is, with a button to copy it. Scrolls by itself, also by keyboard. */
export const CodeBlock = ({ text, label, tall = false }: CodeBlockProps) => (
  <div className={classes.code}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
    <section tabIndex={0} aria-label={label} className={tall ? classes.tall : undefined}>
      <pre>{text}</pre>
    </section>
    <div className={classes.codeCopy}>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
    </div>
  </div>
);
