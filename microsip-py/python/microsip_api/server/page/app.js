"use strict";
const $ = (id) => document.getElementById(id);
const SAMPLES = 120;
const shown = new Map();
let known = [];

function say(text) {
  $("trouble").textContent = text;
}

async function attempt(work) {
  say("");
  try {
    return await work();
  } catch (error) {
    say(error.message);
    return undefined;
  }
}

function length(seconds) {
  const whole = Math.floor(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${pad(whole % 60)}`;
}

// --- dial pad

for (const key of "123456789*0#") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => press(key));
  $("keys").append(button);
}

// In a call a key is sent, else it is dialled.
function press(key) {
  const up = known.find((call) => call.state === "confirmed" && call.selected);
  if (up) {
    attempt(() => api.ask("POST", `/calls/${up.id}/dtmf`, { digits: key }));
  } else {
    $("number").value += key;
  }
}

$("back").addEventListener("click", () => { $("number").value = $("number").value.slice(0, -1); });
$("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  const target = $("number").value.trim();
  if (target) attempt(async () => { await api.ask("POST", "/calls", { target }); $("number").value = ""; await refresh(); });
});
$("message").addEventListener("submit", (event) => {
  event.preventDefault();
  const [to, text] = [$("number").value.trim(), $("text").value.trim()];
  if (!to || !text) return say("to whom, and what?");
  attempt(async () => { await api.ask("POST", "/messages", { to, text }); $("text").value = ""; });
});
$("muted").addEventListener("change", () => attempt(() => api.ask("PATCH", "/sound", { microphone_muted: $("muted").checked })));
$("dnd").addEventListener("change", () => attempt(() => api.ask("PATCH", "/buttons", { dnd: $("dnd").checked })));

// --- calls

const DO = {
  answer: (id) => api.ask("POST", `/calls/${id}/answer`),
  hold: (id) => api.ask("PUT", `/calls/${id}/hold`, { on: true }),
  resume: (id) => api.ask("PUT", `/calls/${id}/hold`, { on: false }),
  record: (id) => api.ask("PUT", `/calls/${id}/recording`, { on: true }),
  hangup: (id) => api.ask("DELETE", `/calls/${id}`),
};

function item(call) {
  let entry = shown.get(call.id);
  if (!entry) {
    const element = $("call-template").content.firstElementChild.cloneNode(true);
    element.addEventListener("click", (event) => {
      const what = event.target.dataset.do;
      if (what) attempt(async () => { await DO[what](call.id); await refresh(); });
    });
    entry = { element, mos: [] };
    shown.set(call.id, entry);
    $("calls").append(element);
  }
  return entry;
}

function showCalls(calls) {
  known = calls;
  for (const [id, entry] of shown) {
    if (!calls.some((call) => call.id === id)) {
      entry.element.remove();
      shown.delete(id);
    }
  }
  for (const call of calls) {
    const { element } = item(call);
    const up = call.state === "confirmed";
    const held = call.hold === "local" || call.hold === "both";
    element.dataset.call = call.id;
    element.querySelector(".who").textContent = call.name ? `${call.name} (${call.number})` : call.number || call.remote;
    const words = [call.direction, call.state, held ? "held" : "", call.codec || "", up ? length(call.duration || 0) : ""];
    element.querySelector(".what").textContent = words.filter(Boolean).join(", ");
    const waits = call.direction === "incoming" && (call.state === "incoming" || call.state === "early");
    const visible = { answer: waits, hold: up && !held, resume: up && held, record: up && !call.recording, hangup: true };
    for (const button of element.querySelectorAll("button")) button.hidden = !visible[button.dataset.do];
    element.querySelector(".live").hidden = !up;
  }
  $("none").hidden = calls.length > 0;
}

function showQuality(id, quality) {
  const entry = shown.get(id);
  if (!entry) return;
  entry.element.querySelector(".heard").value = quality.received_dbov;
  entry.element.querySelector(".said").value = quality.sent_dbov;
  const worth = quality.statistics.quality && quality.statistics.quality.received;
  const mos = worth ? worth.mos_conversational : null;
  const lost = quality.statistics.received.lost;
  entry.element.querySelector(".mos").textContent = mos === null ? "" : `MOS ${mos.toFixed(1)}, ${lost} lost`;
  entry.mos.push(mos === null ? 1 : mos);
  if (entry.mos.length > SAMPLES) entry.mos.shift();
  const points = entry.mos.map((value, at) => `${at},${(30 - ((value - 1) / 3.5) * 30).toFixed(1)}`);
  entry.element.querySelector("polyline").setAttribute("points", points.join(" "));
}

async function watchQuality() {
  const up = known.filter((call) => call.state === "confirmed");
  await Promise.all(up.map(async (call) => {
    try {
      showQuality(call.id, await api.ask("GET", `/calls/${call.id}/quality`));
    } catch {
      // No audio just now, or it has ended.
    }
  }));
  if (up.length) {
    try {
      showCalls(await api.ask("GET", "/calls"));
    } catch {
      // The next event tells.
    }
  }
  setTimeout(watchQuality, 1000);
}

// --- the rest

function cell(row, content) {
  const td = document.createElement("td");
  td.append(content);
  row.append(td);
  return td;
}

function showHistory(calls) {
  const rows = calls.map((call) => {
    const row = document.createElement("tr");
    cell(row, new Date(call.time).toLocaleString());
    cell(row, call.kind).className = call.kind;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = call.name ? `${call.name} (${call.number})` : call.number;
    again.addEventListener("click", () => { $("number").value = call.number; $("number").focus(); });
    cell(row, again);
    cell(row, call.duration ? length(call.duration) : "");
    cell(row, call.info);
    return row;
  });
  $("history").replaceChildren(...rows);
}

async function refresh() {
  const status = await api.ask("GET", "/status");
  const account = status.accounts.find((it) => it.active);
  const who = account ? account.aor || `${account.username}@${account.domain}` : "no account";
  $("state").textContent = `${who}, ${status.registration === "none" ? "not registered" : status.registration}`;
  $("muted").checked = status.microphone_muted;
  $("dnd").checked = status.dnd;
  showCalls(status.calls);
}

async function refreshHistory() {
  showHistory(await api.ask("GET", "/history?limit=30"));
}

function listen() {
  const socket = api.socket("/events?names=call,incoming,hold,registration,settings,history,message,ready,recording");
  socket.addEventListener("open", () => attempt(async () => { await refresh(); await refreshHistory(); $("main").hidden = false; }));
  socket.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    attempt(async () => {
      if (told.event === "history") await refreshHistory();
      else if (told.event === "message") say(`${told.display || told.from}: ${told.text}`);
      else await refresh();
    });
  });
  socket.addEventListener("close", () => { $("state").textContent = "no connection to the phone"; setTimeout(listen, 2000); });
}

if (api.has()) {
  listen();
  watchQuality();
} else {
  $("state").textContent = "open the link that the server printed: it has the token";
}
