import { refuse, stringMap } from "../schema/collections.ts";
import { secret } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { Sigv4Config, SnsConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type SnsFile = FileOf<SnsConfig, "http_config">;

const sigv4 = struct<Sigv4Config>({
  name: "sigv4.SigV4Config",
  fields: {
    region: string,
    access_key: string,
    secret_key: secret,
    profile: string,
    role_arn: string,
    external_id: string,
    use_fips_sts_endpoint: bool,
    service_name: string,
  },
  defaults: () => ({}),
  validate({ access_key, secret_key, external_id, role_arn }) {
    if ((access_key === "") !== (secret_key === undefined)) {
      refuse("must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config");
    }
    if (external_id !== "" && role_arn === "") refuse("external_id can only be used with role_arn");
  },
});

export const sns: Integration<SnsFile> = {
  goName: "sns.SNSConfig",
  missing: "missing sns config",
  type: struct<SnsFile>({
    name: "sns.SNSConfig",
    fields: {
      ...httpNotifierFields,
      api_url: string,
      sigv4: shown(sigv4),
      topic_arn: string,
      phone_number: string,
      target_arn: string,
      subject: string,
      message: string,
      attributes: stringMap,
      use_aws_http_client: bool,
    },
    defaults: () => ({
      send_resolved: true,
      subject: template("sns.default.subject"),
      message: template("sns.default.message"),
    }),
    validate({ target_arn, topic_arn, phone_number }) {
      // Upstream's test: an odd number of them missing is wrong, so one of three passes, and so do all three.
      const missing = [target_arn, topic_arn, phone_number].filter((target) => target === "").length;
      if (missing % 2 === 1) {
        refuse("must provide either a Target ARN, Topic ARN, or Phone Number for SNS config");
      }
    },
  }),
  inherit: inheritHttp,
};
