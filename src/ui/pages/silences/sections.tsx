import { Button } from "@mantine/core";
import { PageTitle } from "../../parts/say.tsx";
import { href } from "../../route.ts";

const SECTIONS = [
  ["/silences", "Silences"],
  ["/silences/schedules", "Schedules"],
  ["/silences/calendar", "Calendar"],
] as const;

/** The heading of the three pages about silences, and the ways between them. */
export function SilenceSections({ at }: { readonly at: (typeof SECTIONS)[number][0] }) {
  return (
    <>
      <PageTitle title={SECTIONS.find(([path]) => path === at)?.[1] ?? ""}>
        <Button component="a" href={href("/silences/schedules/new")} variant="default">
          New schedule
        </Button>
        <Button component="a" href={href("/silences/new")}>
          New silence
        </Button>
      </PageTitle>
      <nav className="sections" aria-label="About silences">
        {SECTIONS.map(([path, name]) => (
          <a key={path} href={href(path)} {...(path === at ? { "aria-current": "page" as const } : {})}>
            {name}
          </a>
        ))}
      </nav>
    </>
  );
}
