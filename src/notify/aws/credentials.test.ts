import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpClient, HttpRequest } from "../http.ts";
import { defaultCredentials } from "./credentials.ts";
import { readProfiles, type Environment } from "./profile.ts";

const directory = mkdtempSync(join(tmpdir(), "aws-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

const NEVER = new AbortController().signal;
const STS = `<R><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s&amp;s</SecretAccessKey><SessionToken>t</SessionToken></Credentials></R>`;
const JSON_KEYS = `{"AccessKeyId":"ASIA","SecretAccessKey":"s&s","Token":"t"}`;
const SESSION = { accessKeyId: "ASIA", secretAccessKey: "s&s", sessionToken: "t" };

/** Looks for credentials; what is asked of the network is answered with the texts given. */
async function find(environment: Environment, answers: readonly string[] = [], profile = "") {
  const asked: HttpRequest[] = [];
  const http: HttpClient = {
    async send(request) {
      const body = answers[asked.push(request) - 1];
      if (body === undefined) throw new Error("nobody there");
      return {
        status: 200,
        statusText: "200 OK",
        header: () => "",
        text: async () => body,
        bytes: async () => Buffer.from(body),
        pass: () => Promise.resolve(),
        discard() {},
      };
    },
    close() {},
  };
  const own = { HOME: directory, ...environment };
  const source = {
    client: { http, gzip: false, sleep: async () => {} },
    environment: own,
    profiles: readProfiles(own, profile),
    region: "eu-west-1",
    profileAsked: profile !== "",
  };
  const { feature: _, ...found } = await defaultCredentials(source, NEVER);
  return { found, asked };
}

const CONFIG = `
[default]
region = us-east-1
[profile base]
aws_access_key_id = BASE ; a comment
aws_secret_access_key = bs
[profile role]
role_arn = arn:role
source_profile = base
external_id = ext
role_session_name = me
`;

describe("are found in", () => {
  test("the environment", async () => {
    const { found } = await find({ AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t" });
    expect(found).toEqual({ accessKeyId: "A", secretAccessKey: "s", sessionToken: "t" });
  });

  test("a web identity, as Kubernetes gives a service account", async () => {
    const environment = {
      AWS_WEB_IDENTITY_TOKEN_FILE: file("token", "jwt"),
      AWS_ROLE_ARN: "arn:r",
      AWS_ROLE_SESSION_NAME: "n",
    };
    const { found, asked } = await find(environment, [STS]);
    expect(found).toEqual(SESSION);
    expect(asked[0]?.url).toBe("https://sts.eu-west-1.amazonaws.com/");
    expect(asked[0]?.body).toBe(
      "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Ar&RoleSessionName=n&Version=2011-06-15&WebIdentityToken=jwt",
    );
    expect(asked[0]?.headers.some(([name]) => name === "Authorization")).toBe(false);
  });

  test("the credentials file, before the configuration file", async () => {
    file("credentials", "[base]\naws_access_key_id=OTHER\naws_secret_access_key=os\n");
    const environment = {
      AWS_CONFIG_FILE: file("config", CONFIG),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, "credentials"),
    };
    const { found } = await find({ ...environment, AWS_PROFILE: "base" });
    expect(found).toEqual({ accessKeyId: "OTHER", secretAccessKey: "os", sessionToken: "" });
  });

  test("a profile that takes on a role; asked for, it comes before the environment", async () => {
    const environment = { AWS_CONFIG_FILE: file("config", CONFIG), AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" };
    const { found, asked } = await find(environment, [STS], "role");
    expect(found).toEqual(SESSION);
    expect(asked[0]?.body).toBe(
      "Action=AssumeRole&DurationSeconds=900&ExternalId=ext&RoleArn=arn%3Arole&RoleSessionName=me&Version=2011-06-15",
    );
    expect(asked[0]?.headers.find(([name]) => name === "Authorization")?.[1]).toContain("Credential=BASE/");
  });

  test("the container", async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file("pod", "pod-token\n"),
    };
    const { found, asked } = await find(environment, [JSON_KEYS]);
    expect(found).toEqual(SESSION);
    expect(asked).toEqual([
      { method: "GET", url: "http://169.254.170.23/v1/credentials", headers: [["Authorization", "pod-token"]] },
    ]);
  });

  test("the machine", async () => {
    const { found, asked } = await find({}, ["T", "role-name\n", JSON_KEYS]);
    expect(found).toEqual(SESSION);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "PUT http://169.254.169.254/latest/api/token",
      "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
      "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/role-name",
    ]);
    expect(asked[2]?.headers).toEqual([["X-Aws-Ec2-Metadata-Token", "T"]]);
  });
});

describe("are not found", () => {
  test("where the metadata service is switched off", async () => {
    await expect(find({ AWS_EC2_METADATA_DISABLED: "true" })).rejects.toThrow(
      /^no EC2 IMDS role found, .*access disabled to EC2 IMDS/,
    );
  });

  test("in a profile that is in no file", async () => {
    await expect(find({}, [], "nowhere")).rejects.toThrow("failed to get shared config profile, nowhere");
  });
});
