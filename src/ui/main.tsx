import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { startTransition } from "react";
import { createRoot } from "react-dom/client";
import { live } from "./api/live.ts";
import { Problem } from "./api/client.ts";
import { App, fetchAheadOthers } from "./app.tsx";
import { fetchAhead } from "./pages/alerts/rows.ts";
import { here, keepScrolling } from "./route.ts";
import { listenToKeys } from "./shell/keys.ts";
import { theme, variables } from "./theme.ts";

const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";

/** Who is not let in any more is somebody else than the page believes. */
const refused = (error: unknown) => {
  if (error instanceof Problem && error.status === 401) void client.invalidateQueries({ queryKey: ["me"] });
};
const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: refused }),
  mutationCache: new MutationCache({ onError: refused }),
  defaultOptions: {
    queries: {
      // The event stream says what is out of date.
      staleTime: 30_000,
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: true,
    },
  },
});
live.start(client);
listenToKeys();
keepScrolling();
fetchAhead(client, here());

const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no element #root");
// As a transition, the first drawing is done in slices, between which the browser can do what else there is to do.
startTransition(() =>
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <App />
      </QueryClientProvider>
    </MantineProvider>,
  ),
);
// Once the first page stands.
setTimeout(fetchAheadOthers, 2000);
