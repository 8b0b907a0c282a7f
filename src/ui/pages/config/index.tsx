import { useQuery } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { Config } from "../../api/types.ts";
import { PageTitle, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { href, type Place } from "../../route.ts";
import { ChangeConfig } from "./change.tsx";
import { Revisions } from "./revisions.tsx";
import { Unconfirmed } from "./unconfirmed.tsx";

const SECTIONS = [
  ["", "In force"],
  ["change", "Try a change"],
  ["revisions", "Revisions"],
] as const;

export default function ConfigPage({ place }: { readonly place: Place }) {
  const section = place.query.get("section") ?? "";
  const asked = useQuery({
    queryKey: ["config", "current"],
    queryFn: ({ signal }) => plus<Config>("/config", { signal }),
  });
  return (
    <>
      <PageTitle title="Configuration" />
      <nav className="sections" aria-label="About the configuration">
        {SECTIONS.map(([name, title]) => (
          <a
            key={name}
            href={href("/config", { section: name })}
            {...(name === section ? { "aria-current": "page" as const } : {})}
          >
            {title}
          </a>
        ))}
      </nav>
      <Shown of={asked} what="the configuration">
        {(config) => (
          <>
            {config.unconfirmed === null ? null : (
              <Unconfirmed until={config.unconfirmed.until} revision={config.unconfirmed.revision} />
            )}
            {section === "" ? <InForce config={config} /> : null}
            {section === "change" ? <ChangeConfig config={config} /> : null}
            {section === "revisions" ? <Revisions config={config} /> : null}
          </>
        )}
      </Shown>
    </>
  );
}

function InForce({ config: { original, plusOriginal, hash, loadedAt } }: { readonly config: Config }) {
  return (
    <>
      <p className="dim">
        Loaded <Time at={loadedAt} />, hash <code>{hash}</code>. Secrets are hidden.{" "}
        <a href={href("/routes")}>The routing tree, drawn</a>.
      </p>
      <pre className="code" tabIndex={0} aria-label="alertmanager.yml">
        {original}
      </pre>
      {plusOriginal === null ? null : (
        <>
          <h2>Our own settings</h2>
          <pre className="code" tabIndex={0} aria-label="The file of --plus.config.file">
            {plusOriginal}
          </pre>
        </>
      )}
    </>
  );
}
