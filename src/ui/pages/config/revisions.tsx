import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { Config, Page, Revision } from "../../api/types.ts";
import { Badge } from "../../parts/badges.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { done, failed } from "../../parts/toast.ts";
import { Table } from "../../parts/table.tsx";

/** The configurations that were in force, and the way back to one. */
export function Revisions({ config }: { readonly config: Config }) {
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: ["config", "revisions"],
    queryFn: ({ signal }) => plus<Page<Revision>>("/config/revisions", { signal }),
  });
  const back = useMutation({
    mutationFn: (revision: number) =>
      plus(`/config/revisions/${revision}/rollback`, { method: "POST", body: { ifHash: config.hash } }),
    onSuccess: (_, revision) => {
      done(`Back at revision ${revision}.`);
      void client.invalidateQueries();
    },
    onError: (e) => failed("Not gone back", e),
  });
  return (
    <Shown of={asked} what="revisions">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No revision yet">
            <p>Each configuration applied from here is kept as one, with the one before it.</p>
          </Empty>
        ) : (
          <Table label="Revisions">
            <thead>
              <tr>
                <th scope="col">Revision</th>
                <th scope="col">When</th>
                <th scope="col">By</th>
                <th scope="col">Comment</th>
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ revision, at, by, comment, isInForce }) => (
                <tr key={revision}>
                  <td>
                    {revision} {isInForce ? <Badge tone="green">in force</Badge> : null}
                  </td>
                  <td>
                    <Time at={at} as="clock" />
                  </td>
                  <td>{by === "" ? "found in the file" : by}</td>
                  <td>{comment}</td>
                  <td>
                    {isInForce || !config.applyEnabled ? null : (
                      <Confirm
                        label="Go back to it"
                        question={`Put revision ${revision} in force again?`}
                        loading={back.isPending}
                        onConfirm={() => back.mutate(revision)}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )
      }
    </Shown>
  );
}
