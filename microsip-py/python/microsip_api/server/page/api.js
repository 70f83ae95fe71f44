"use strict";
// The token comes behind the link's "#", which no server sees; it stays in this tab.
const api = (() => {
  const here = new URLSearchParams(location.hash.slice(1));
  if (here.has("token")) {
    sessionStorage.setItem("token", here.get("token"));
    history.replaceState(null, "", location.pathname);
  }
  const token = () => sessionStorage.getItem("token") || "";

  async function ask(method, path, body) {
    const options = { method, headers: { Authorization: `Bearer ${token()}` }, cache: "no-store" };
    if (body !== undefined) {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const answer = await fetch(`/api${path}`, options);
    const json = (answer.headers.get("Content-Type") || "").includes("json");
    const content = json ? await answer.json() : null;
    if (!answer.ok) {
      throw new Error(content && content.error ? content.error.message : `${answer.status}`);
    }
    return content;
  }

  function socket(path) {
    const url = new URL(`/api${path}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url, ["microsip", `token.${token()}`]);
  }

  return { ask, socket, has: () => token() !== "" };
})();
