import {
  type ComponentType,
  Component,
  type ReactNode,
  Suspense,
  use,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
} from "react";
import AlertsPage from "./pages/alerts/index.tsx";
import { Problem } from "./api/client.ts";
import { Failure, Loading, PageTitle } from "./parts/say.tsx";
import { href, type Place, scrollToKept, usePlace } from "./route.ts";
import { Shell } from "./shell/shell.tsx";

interface PageProps {
  readonly place: Place;
}

interface Entry {
  /** Parts of the path; `:x` stands for any. The first that fits counts. */
  readonly path: string;
  readonly title: string;
  readonly page: ComponentType<PageProps>;
}

type Others = typeof import("./pages/others.ts");
let others: Promise<Others> | undefined;

/** The pages beside the first one. @throws Problem where the server is away, or has other files by now */
function fetchOthers(): Promise<Others> {
  others ??= import("./pages/others.ts").catch(() => {
    throw new Problem(0, "This page could not be fetched: the server does not answer, or has been upgraded since.");
  });
  return others;
}

/** Fetches the other pages, so that who goes to one need not wait, nor is stopped by a server that has gone away since. */
export function fetchAheadOthers(): void {
  fetchOthers().catch(forgetOthers);
}

function forgetOthers(): void {
  others = undefined;
}

function other(name: keyof Others): ComponentType<PageProps> {
  return function Other({ place }) {
    const Page = use(fetchOthers())[name];
    return <Page place={place} />;
  };
}

const silence = other("SilenceForm");
const schedule = other("Schedule");

const PAGES: readonly Entry[] = [
  { path: "", title: "Alerts", page: AlertsPage },
  { path: "alerts", title: "Alerts", page: AlertsPage },
  { path: "alerts/:fingerprint", title: "Alert", page: other("Alert") },
  { path: "silences", title: "Silences", page: other("Silences") },
  { path: "silences/new", title: "New silence", page: silence },
  { path: "silences/calendar", title: "Calendar of silences", page: other("Calendar") },
  { path: "silences/schedules", title: "Schedules", page: other("Schedules") },
  { path: "silences/schedules/new", title: "New schedule", page: schedule },
  { path: "silences/schedules/:id", title: "Schedule", page: schedule },
  { path: "silences/:id", title: "Silence", page: other("Silence") },
  { path: "silences/:id/edit", title: "Edit silence", page: silence },
  { path: "history", title: "History", page: other("History") },
  { path: "notifications", title: "Notifications", page: other("Notifications") },
  { path: "receivers", title: "Receivers", page: other("Receivers") },
  { path: "heartbeats", title: "Heartbeats", page: other("Heartbeats") },
  { path: "routes", title: "Routing", page: other("Routes") },
  { path: "config", title: "Configuration", page: other("Config") },
  { path: "classification", title: "Classification", page: other("Classification") },
  { path: "cluster", title: "Cluster", page: other("Cluster") },
  { path: "status", title: "Status", page: other("Status") },
  { path: "access", title: "Access", page: other("Access") },
  { path: "settings", title: "Settings", page: other("Settings") },
];

function fits(path: string, parts: readonly string[]): boolean {
  const wanted = path.split("/").filter((part) => part !== "");
  return wanted.length === parts.length && wanted.every((part, n) => part.startsWith(":") || part === parts[n]);
}

function pathOf({ parts }: Place): string {
  return parts.join("/");
}

export function App() {
  const here = usePlace();
  const late = useDeferredValue(here);
  // Where a page has to be fetched first, the one before it stays until it is there.
  const place = pathOf(here) === pathOf(late) ? here : late;
  const entry = PAGES.find(({ path }) => fits(path, place.parts));
  const path = pathOf(place);
  useEffect(() => {
    document.title = `${entry?.title ?? "Not found"} · Alertmanager++`;
  }, [entry]);
  const isFirst = useRef(true);
  useEffect(() => {
    // The title of the new page is where one goes on by keys, and what readers of the screen hear.
    if (!isFirst.current) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollToKept();
  }, [path]);
  const Page = entry?.page;
  // Kept, so that the late look at the place draws nothing again.
  const page = useMemo(() => (Page === undefined ? undefined : <Page place={place} />), [Page, place]);
  return (
    <Shell at={path}>
      <Suspense fallback={<Loading what="the page" />}>
        <Fence key={path}>
          {page === undefined ? (
            <>
              <PageTitle title="There is no such page" />
              <p>
                <a href={href("/alerts")}>To the alerts</a>
              </p>
            </>
          ) : (
            page
          )}
        </Fence>
      </Suspense>
    </Shell>
  );
}

/** A page that fails says so and leaves the others alone. */
class Fence extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    // A reload while the server is away would leave the reader with nothing.
    const retry = () => {
      forgetOthers();
      if (error instanceof Problem) this.setState({ error: undefined });
      else window.location.reload();
    };
    return <Failure error={error} retry={retry} />;
  }
}
