"use strict";
// The token comes behind the link's "#", which no server sees; it stays in this tab.
const api = (() => {
  function take() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given === null) return false;
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
    return true;
  }
  take();
  // A link that is opened over this page loads nothing.
  addEventListener("hashchange", () => { if (take()) location.reload(); });
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
      const error = new Error(content && content.error ? content.error.message : `${answer.status}`);
      error.status = answer.status;
      throw error;
    }
    return content;
  }

  function socket(path) {
    const url = new URL(`/api${path}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url, ["microsip", `token.${token()}`]);
  }

  return { ask, socket, has: () => token() !== "", forget: () => sessionStorage.removeItem("token") };
})();
