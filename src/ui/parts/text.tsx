import { piecesOf } from "../text/pieces.ts";
import { Time } from "./time.tsx";

/** A text in which web addresses are links and the server's moments stand in the reader's zone. */
export function Text({ children }: { readonly children: string }) {
  return piecesOf(children).map(({ kind, text }, index) => {
    const key = `${index} ${text}`;
    if (kind === "moment") return <Time key={key} at={text.replace(" ", "T").replace(" UTC", "Z")} as="clock" />;
    if (kind === "text") return text;
    return (
      <a key={key} href={text} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    );
  });
}
