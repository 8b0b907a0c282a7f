import { readFileSync } from "node:fs";

import { openError } from "../../core/text/errno.ts";
import { readTemplateFiles } from "../../server/template-files.ts";
import { dataFromJSON, parseTemplates, sampleData, type TemplateData } from "../../template/index.ts";
import { checkJson } from "../../api/json/check.ts";
import { TEMPLATE_RENDER } from "../flags.ts";
import type { Session } from "../session.ts";

/** `amtool template render` */
export function renderTemplate({ values, environment }: Session): number {
  const templates = parseTemplates(readTemplateFiles(values.get(TEMPLATE_RENDER.globs)));
  const file = values.get(TEMPLATE_RENDER.data);
  const data = file === "" ? sampleData(environment.now()) : readData(file);
  const text = values.get(TEMPLATE_RENDER.text);
  const isHtml = values.get(TEMPLATE_RENDER.type) === "html";
  environment.terminal.out(isHtml ? templates.html(text, data) : templates.text(text, data));
  return 0;
}

function readData(file: string): TemplateData {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(openError(file, error), { cause: error });
  }
  checkJson(content);
  return dataFromJSON(content);
}
