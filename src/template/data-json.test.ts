import { expect, test } from "bun:test";
import { DataError, dataFromJSON, sampleData } from "./data-json.ts";
import { parseTemplates } from "./parse-templates.ts";

const set = parseTemplates([]);

// What the real amtool says.
test.each([
  ["[]", "json: cannot unmarshal array into Go value of type template.Data"],
  ['{"receiver":5}', "json: cannot unmarshal number into Go struct field Data.receiver of type string"],
  ['{"status":true}', "json: cannot unmarshal bool into Go struct field Data.status of type string"],
  ['{"alerts":{}}', "json: cannot unmarshal object into Go struct field Data.alerts of type template.Alerts"],
  ['{"alerts":[5]}', "json: cannot unmarshal number into Go struct field Data.alerts of type template.Alert"],
  [
    '{"alerts":[{"labels":[]}]}',
    "json: cannot unmarshal array into Go struct field Alert.alerts.labels of type template.KV",
  ],
  [
    '{"alerts":[{"labels":{"a":5}}]}',
    "json: cannot unmarshal number into Go struct field Alert.alerts.labels of type string",
  ],
  ['{"alerts":[{"startsAt":5}]}', "Time.UnmarshalJSON: input is not a JSON string"],
  ['{"alerts":[{"startsAt":"x"}]}', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
])("given %s, when read, then it is refused in Go's words", (json, message) => {
  expect(() => dataFromJSON(json)).toThrow(new DataError(message));
});

test("given keys in any case and nulls, when read, then they are taken as Go takes them", () => {
  const data = dataFromJSON('{"GROUPLABELS":{"b":"2","a":null},"alerts":null,"Status":"x","unknown":1}');
  expect(set.text("{{ .GroupLabels }}|{{ .Alerts }}|{{ .Status }}|{{ toJson .CommonLabels }}", data)).toBe(
    "a=, b=2|[]|x|null",
  );
});

test("given no data, when the sample is rendered, then it is amtool's", () => {
  const text =
    "{{ .Receiver }} {{ .Status }} {{ .ExternalURL }} {{ .RouteLabels }}|{{ range .Alerts }}{{ .Status }} {{ .Labels }} " +
    "{{ .Annotations }} {{ .Fingerprint }} {{ .EndsAt.Sub .StartsAt }};{{ end }}";
  expect(set.text(text, sampleData(1_700_000_000_123))).toBe(
    "receiver alertstatus https://example.com |firing commonlabelkey1=commonlabelvalue1, " +
      "commonlabelkey2=commonlabelvalue2, instance=foo.bar:1234, label1=value1, label2=value2 annotation1=value1, " +
      "annotation2=value2, commonannotationkey1=commonannotationvalue1, commonannotationkey2=commonannotationvalue2 " +
      "fingerprint1 5m0s;resolved baz=qux, commonlabelkey1=commonlabelvalue1, commonlabelkey2=commonlabelvalue2, foo=bar " +
      "aaa=bbb, ccc=ddd, commonannotationkey1=commonannotationvalue1, commonannotationkey2=commonannotationvalue2 " +
      "fingerprint2 10m0s;",
  );
});
