import {
  type ComponentType,
  Component,
  lazy,
  type ReactNode,
  Suspense,
  useDeferredValue,
  useEffect,
  useMemo,
} from "react";
import AlertsPage from "./pages/alerts/index.tsx";
import { Failure, Loading, PageTitle } from "./parts/say.tsx";
import { href, type Place, usePlace } from "./route.ts";
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

const silence = lazy(() => import("./pages/silences/form.tsx"));
const schedule = lazy(() => import("./pages/silences/schedule-form.tsx"));

const PAGES: readonly Entry[] = [
  { path: "", title: "Alerts", page: AlertsPage },
  { path: "alerts", title: "Alerts", page: AlertsPage },
  { path: "alerts/:fingerprint", title: "Alert", page: lazy(() => import("./pages/alert/index.tsx")) },
  { path: "silences", title: "Silences", page: lazy(() => import("./pages/silences/index.tsx")) },
  { path: "silences/new", title: "New silence", page: silence },
  {
    path: "silences/calendar",
    title: "Calendar of silences",
    page: lazy(() => import("./pages/silences/calendar.tsx")),
  },
  { path: "silences/schedules", title: "Schedules", page: lazy(() => import("./pages/silences/schedules.tsx")) },
  { path: "silences/schedules/new", title: "New schedule", page: schedule },
  { path: "silences/schedules/:id", title: "Schedule", page: schedule },
  { path: "silences/:id", title: "Silence", page: lazy(() => import("./pages/silences/silence.tsx")) },
  { path: "silences/:id/edit", title: "Edit silence", page: silence },
  { path: "history", title: "History", page: lazy(() => import("./pages/history/index.tsx")) },
  { path: "notifications", title: "Notifications", page: lazy(() => import("./pages/notifications.tsx")) },
  { path: "receivers", title: "Receivers", page: lazy(() => import("./pages/receivers.tsx")) },
  { path: "heartbeats", title: "Heartbeats", page: lazy(() => import("./pages/heartbeats.tsx")) },
  { path: "routes", title: "Routing", page: lazy(() => import("./pages/routes/index.tsx")) },
  { path: "config", title: "Configuration", page: lazy(() => import("./pages/config/index.tsx")) },
  { path: "classification", title: "Classification", page: lazy(() => import("./pages/classification.tsx")) },
  { path: "cluster", title: "Cluster", page: lazy(() => import("./pages/cluster.tsx")) },
  { path: "status", title: "Status", page: lazy(() => import("./pages/status.tsx")) },
  { path: "access", title: "Access", page: lazy(() => import("./pages/access.tsx")) },
  { path: "settings", title: "Settings", page: lazy(() => import("./pages/settings.tsx")) },
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
  useEffect(() => {
    // Newer browsers answer with a promise, which is not for an effect to give.
    void window.scrollTo(0, 0);
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
    if (this.state.error === undefined) return this.props.children;
    return <Failure error={this.state.error} retry={() => window.location.reload()} />;
  }
}
