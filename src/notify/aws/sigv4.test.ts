import { expect, test } from "bun:test";
import { signV4 } from "./sigv4.ts";

// A request of the real Alertmanager, signed by the AWS SDK for Go.
const REQUEST = {
  url: "https://sts.eu-west-1.amazonaws.com/",
  headers: new Map([
    ["amz-sdk-invocation-id", "7aa7d1cf-9b1b-4f4a-bedb-ae76c93b3886"],
    ["amz-sdk-request", "attempt=1; max=3"],
    ["content-type", "application/x-www-form-urlencoded"],
  ]),
  body: "Action=AssumeRole&DurationSeconds=900&ExternalId=ext&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=aws-go-sdk-1795460122312486033&Version=2011-06-15",
};
const KEYS = { accessKeyId: "AKIA", secretAccessKey: "sec", sessionToken: "", feature: "e" };
const NOW = Date.UTC(2026, 10, 23, 18, 55, 22, 300);
const SIGNED = "amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-date";

test("the signature is the SDK's", () => {
  const headers = Object.fromEntries(signV4(REQUEST, KEYS, "eu-west-1", "sts", NOW));
  expect(headers).toEqual({
    "Amz-Sdk-Invocation-Id": "7aa7d1cf-9b1b-4f4a-bedb-ae76c93b3886",
    "Amz-Sdk-Request": "attempt=1; max=3",
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Amz-Date": "20261123T185522Z",
    Authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20261123/eu-west-1/sts/aws4_request, SignedHeaders=${SIGNED}, Signature=11b36d2d4b329013e47e61463e7e29eb6d66f6c4e3dc0f4a99ed3646cc623912`,
  });
});

test("a session's token is sent and signed", () => {
  const headers = Object.fromEntries(signV4(REQUEST, { ...KEYS, sessionToken: "tok" }, "eu-west-1", "sts", NOW));
  expect(headers["X-Amz-Security-Token"]).toBe("tok");
  expect(headers.Authorization).toContain(`SignedHeaders=${SIGNED};x-amz-security-token, `);
});
