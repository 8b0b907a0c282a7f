import { refuse } from "../schema/collections.ts";
import { secret, url } from "../schema/go-types.ts";
import { goDuration, string, uint64 } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { IncidentioConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, type FileOf, type Integration } from "./integration.ts";

export type IncidentioFile = FileOf<IncidentioConfig, "http_config">;

export const incidentio: Integration<IncidentioFile> = {
  goName: "incidentio.IncidentioConfig",
  missing: "missing incidentio config",
  type: struct<IncidentioFile>({
    name: "incidentio.IncidentioConfig",
    fields: {
      ...httpNotifierFields,
      url: shown(url),
      url_file: shown(string),
      alert_source_token: secret,
      alert_source_token_file: string,
      max_alerts: shown(uint64),
      timeout: shown(goDuration),
    },
    defaults: () => ({ send_resolved: true }),
    validate(item) {
      if (item.url === undefined && item.url_file === "") refuse("one of url or url_file must be configured");
      if (item.url !== undefined && item.url_file !== "") refuse("at most one of url & url_file must be configured");
      checkToken(item);
    },
  }),
  inherit: inheritHttp,
};

function checkToken({ http_config, alert_source_token: token, alert_source_token_file: file }: IncidentioFile): void {
  if (token !== undefined && file !== "") {
    refuse("at most one of alert_source_token & alert_source_token_file must be configured");
  }
  const given = token !== undefined || file !== "";
  if (http_config?.authorization !== undefined && given) {
    refuse("cannot specify alert_source_token or alert_source_token_file when using http_config.authorization");
  }
  if (http_config !== undefined && http_config.authorization === undefined && !given) {
    refuse(
      "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured",
    );
  }
}
