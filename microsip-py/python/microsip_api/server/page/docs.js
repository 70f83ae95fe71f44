"use strict";
// What /api/openapi.json says, for people.
function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

function schemaName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(schemaName).join(" or ");
  if (schema.type === "array") return `list of ${schemaName(schema.items)}`;
  return schema.type || "anything";
}

function fields(name, schema) {
  const list = element("ul");
  for (const [field, value] of Object.entries(schema.properties || {})) {
    const needed = (schema.required || []).includes(field) ? ", needed" : "";
    list.append(element("li", element("code", field), ` ${schemaName(value)}${needed} ${value.description || ""}`));
  }
  return element("details", element("summary", element("code", name), ` ${schema.description || ""}`), list);
}

function operation(path, method, about) {
  const body = element("div", element("p", about.description || ""));
  for (const parameter of about.parameters || []) {
    const what = `${schemaName(parameter.schema)}, in the ${parameter.in} ${parameter.description || ""}`;
    body.append(element("p", element("code", parameter.name), ` ${what}`));
  }
  const sent = about.requestBody && Object.values(about.requestBody.content)[0];
  if (sent) body.append(element("p", "body: ", element("code", schemaName(sent.schema))));
  for (const [status, answer] of Object.entries(about.responses || {})) {
    const content = answer.content && Object.values(answer.content)[0];
    body.append(element("p", `${status}: `, element("code", content ? schemaName(content.schema) : "nothing")));
  }
  return element("details", element("summary", element("code", `${method.toUpperCase()} ${path}`)), body);
}

(async () => {
  const state = document.getElementById("state");
  try {
    const api_ = await api.ask("GET", "/openapi.json");
    document.getElementById("about").textContent = api_.info.description;
    const paths = document.getElementById("paths");
    for (const [path, methods] of Object.entries(api_.paths)) {
      for (const [method, about] of Object.entries(methods)) paths.append(operation(path, method, about));
    }
    paths.append(element("h2", "Objects"));
    for (const [name, schema] of Object.entries(api_.components.schemas)) paths.append(fields(name, schema));
    state.textContent = `${api_.info.title} ${api_.info.version}`;
  } catch (error) {
    state.textContent = api.has() ? error.message : "open the link that the server printed: it has the token";
  }
})();
