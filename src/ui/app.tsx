import { type ComponentType, Component, type ReactNode, Suspense, useEffect } from "react";
import AlertsPage from "./pages/alerts/index.tsx";
import { Empty, Failure, Loading } from "./parts/say.tsx";
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

const PAGES: readonly Entry[] = [
  { path: "", title: "Alerts", page: AlertsPage },
  { path: "alerts", title: "Alerts", page: AlertsPage },
];

function fits(path: string, parts: readonly string[]): boolean {
  const wanted = path.split("/").filter((part) => part !== "");
  return wanted.length === parts.length && wanted.every((part, n) => part.startsWith(":") || part === parts[n]);
}

export function App() {
  const place = usePlace();
  const entry = PAGES.find(({ path }) => fits(path, place.parts));
  const path = place.parts.join("/");
  useEffect(() => {
    document.title = `${entry?.title ?? "Not found"} · Alertmanager++`;
  }, [entry]);
  useEffect(() => window.scrollTo(0, 0), [path]);
  const Page = entry?.page;
  return (
    <Shell>
      <Fence key={path}>
        {Page === undefined ? (
          <Empty title="There is no such page">
            <p>
              <a href={href("/alerts")}>To the alerts</a>
            </p>
          </Empty>
        ) : (
          <Suspense fallback={<Loading what="the page" />}>
            <Page place={place} />
          </Suspense>
        )}
      </Fence>
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
